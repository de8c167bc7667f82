// What waits in the connector's streams, looked up again and again in one step: how much, since when, which
// letters are dead, and whether somebody wants a reconciliation.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "net/interruption.hpp"
#include "redis/backlog.hpp"
#include "sync/troubles.hpp"

namespace syncing {

class BacklogWatch {
public:
    // `on_look` is told each time what there is.
    BacklogWatch(redis::BacklogGauge& gauge, net::Interruption& interruption,
                 std::chrono::milliseconds interval, Troubles& troubles, std::shared_ptr<spdlog::logger> log,
                 std::function<void(const redis::Backlog&)> on_look);

    // Until the agent stops. That Redis is away is said by others.
    boost::asio::awaitable<void> run();

    // The last time that Redis told it.
    const redis::Backlog& seen() const noexcept { return seen_; }

    // Something may wait in a stream: it did when Redis was asked last, or nobody knows.
    bool may_hold_entries() const noexcept;

private:
    boost::asio::awaitable<void> look(Troubles::Work& work);

    redis::BacklogGauge& gauge_;
    net::Interruption& interruption_;
    std::chrono::milliseconds interval_;
    Troubles& troubles_;
    std::shared_ptr<spdlog::logger> log_;
    std::function<void(const redis::Backlog&)> on_look_;
    redis::Backlog seen_;
    bool is_known_ = false;    // the last look succeeded
    bool is_refused_ = false;  // Redis does not let it be looked up, which has been said
};

}  // namespace syncing
