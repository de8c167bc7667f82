#pragma once

#include <string>

#include "redis/backlog.hpp"
#include "redis/client.hpp"

namespace redis {

class RedisBacklogGauge final : public BacklogGauge {
public:
    RedisBacklogGauge(Client& client, std::string connector)
        : client_(client), connector_(std::move(connector)) {}

    boost::asio::awaitable<Backlog> look() override;

private:
    Client& client_;
    std::string connector_;
};

}  // namespace redis
