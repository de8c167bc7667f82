#pragma once

#include <string>

#include "redis/client.hpp"
#include "redis/pause_switch.hpp"

namespace redis {

std::string pause_key(const std::string& connector);

// Of HMGET by reason since_ms. Nothing: it is not paused.
std::optional<Pause> parse_pause(const redisReply& reply);

class RedisPauseSwitch final : public PauseSwitch {
public:
    RedisPauseSwitch(Client& client, std::string connector)
        : client_(client), connector_(std::move(connector)) {}

    boost::asio::awaitable<std::optional<Pause>> state() override;
    boost::asio::awaitable<Pause> pause(Pause pause) override;
    boost::asio::awaitable<std::optional<Pause>> resume() override;

private:
    boost::asio::awaitable<shared::ReplyPtr> run(const Script& script, Arguments values);
    boost::asio::awaitable<shared::ReplyPtr> checked(boost::asio::awaitable<shared::ReplyPtr> answer);

    Client& client_;
    std::string connector_;
};

}  // namespace redis
