#pragma once

#include <string>

#include "redis/client.hpp"
#include "redis/history_store.hpp"

namespace redis {

class RedisHistoryStore final : public HistoryStore {
public:
    // `process`: unique among all agents and commands.
    RedisHistoryStore(Client& client, std::string connector, std::string process);

    boost::asio::awaitable<std::vector<std::string>> append(std::vector<shared::WebhookEntry> entries,
                                                            std::size_t most_waiting) override;
    boost::asio::awaitable<std::int64_t> waiting(WaitingIn stream) override;
    boost::asio::awaitable<std::vector<shared::WebhookEntry>> entries_after(WaitingIn stream, std::string id,
                                                                            std::size_t count) override;
    boost::asio::awaitable<bool> waits_between(std::string first, std::string last) override;
    boost::asio::awaitable<bool> lock(std::string name) override;
    boost::asio::awaitable<void> unlock(std::string name) override;
    boost::asio::awaitable<std::optional<std::string>> read(std::string name) override;
    boost::asio::awaitable<void> write(std::string name, std::string text) override;
    boost::asio::awaitable<void> erase(std::string name) override;
    boost::asio::awaitable<void> erase_this(std::string name, std::string text) override;
    boost::asio::awaitable<std::vector<std::optional<std::string>>> seen(
        std::vector<std::string> ids) override;
    boost::asio::awaitable<void> note_seen(
        std::vector<std::pair<std::string, std::string>> meetings) override;
    boost::asio::awaitable<SeenPart> scan_seen(std::string cursor) override;
    boost::asio::awaitable<void> forget_seen(std::vector<std::string> ids) override;

private:
    std::string key(const std::string& name) const;
    std::string stream_key(WaitingIn stream) const;

    Client& client_;
    std::string connector_;
    std::string process_;
};

}  // namespace redis
