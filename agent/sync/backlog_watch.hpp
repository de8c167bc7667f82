// What waits in the connector's streams, looked up again and again: for metrics, which are shown without
// asking Redis.
#pragma once

#include <chrono>

#include <boost/asio/awaitable.hpp>

#include "net/interruption.hpp"
#include "redis/backlog.hpp"

namespace syncing {

class BacklogWatch {
public:
    BacklogWatch(redis::BacklogGauge& gauge, net::Interruption& interruption,
                 std::chrono::milliseconds interval = std::chrono::seconds(5))
        : gauge_(gauge), interruption_(interruption), interval_(interval) {}

    // Until the agent stops.
    boost::asio::awaitable<void> run();

    // The last time that Redis told it. That it does not is told elsewhere.
    const redis::Backlog& seen() const noexcept { return seen_; }

private:
    redis::BacklogGauge& gauge_;
    net::Interruption& interruption_;
    std::chrono::milliseconds interval_;
    redis::Backlog seen_;
};

}  // namespace syncing
