#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "redis/client.hpp"
#include "redis/entry_queue.hpp"

namespace redis {

class RedisEntryQueue final : public EntryQueue {
public:
    // `blocking` is used for nothing but waiting reads. `stream` is the key, `consumer` this agent's name in
    // the group.
    RedisEntryQueue(Client& blocking, Client& client, std::string stream, std::string consumer);

    boost::asio::awaitable<std::string> append(shared::WebhookEntry entry) override;
    boost::asio::awaitable<void> ensure_group() override;
    boost::asio::awaitable<Read> read_new(std::size_t count, std::chrono::milliseconds block) override;
    boost::asio::awaitable<Read> take_back(const std::set<std::string>& held) override;
    boost::asio::awaitable<Read> read_again(std::vector<std::string> ids) override;
    boost::asio::awaitable<Read> take_over(std::size_t count, std::chrono::milliseconds min_idle) override;
    boost::asio::awaitable<void> refresh(std::vector<std::string> ids) override;
    boost::asio::awaitable<void> discard(std::vector<std::string> ids) override;
    void interrupt() override { blocking_.close(); }
    boost::asio::awaitable<void> leave() override;

private:
    boost::asio::awaitable<void> show_life();
    boost::asio::awaitable<std::vector<std::string>> own_ids_after(std::string id);
    boost::asio::awaitable<void> claim(Read& read, std::size_t count, std::chrono::milliseconds min_idle);

    Client& blocking_;
    Client& client_;
    std::string key_;
    std::string consumer_;
    std::chrono::steady_clock::time_point show_life_at_{};
    std::string take_over_cursor_ = "0-0";
    std::chrono::steady_clock::time_point tidy_from_;
};

}  // namespace redis
