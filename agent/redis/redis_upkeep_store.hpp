#pragma once

#include <string>

#include "redis/client.hpp"
#include "redis/upkeep_store.hpp"

namespace redis {

class RedisUpkeepStore final : public UpkeepStore {
public:
    // `agent`: unique among all processes.
    RedisUpkeepStore(Client& client, std::string connector, std::string agent);

    boost::asio::awaitable<void> note_probe(std::string id) override;
    boost::asio::awaitable<bool> has_arrived(std::string id) override;
    boost::asio::awaitable<bool> watch(std::chrono::milliseconds duration) override;
    boost::asio::awaitable<void> stop_watching() override;
    boost::asio::awaitable<void> report(std::string found, std::chrono::milliseconds duration) override;
    boost::asio::awaitable<std::optional<std::string>> last_report() override;
    boost::asio::awaitable<bool> begin_repair(std::chrono::milliseconds duration) override;
    boost::asio::awaitable<void> note_repair(std::chrono::milliseconds duration) override;
    boost::asio::awaitable<void> forget_repair() override;
    boost::asio::awaitable<void> want_reconciliation(std::string reason) override;
    boost::asio::awaitable<std::optional<std::string>> rotation() override;
    boost::asio::awaitable<void> set_rotation(std::string state) override;
    boost::asio::awaitable<void> clear_rotation() override;

private:
    std::string key(const std::string& suffix) const;
    boost::asio::awaitable<std::optional<std::string>> get(std::string suffix);
    boost::asio::awaitable<void> set(std::string suffix, std::string value,
                                     std::chrono::milliseconds duration);
    boost::asio::awaitable<void> remove(std::string suffix);

    Client& client_;
    std::string connector_;
    std::string agent_;
};

}  // namespace redis
