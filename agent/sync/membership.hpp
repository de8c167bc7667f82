// This agent as a member of the consumer group: says what it holds, so that nobody takes it over; takes back
// what a broken connection lost, and takes over what other agents left.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include <spdlog/logger.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "api/api_state.hpp"
#include "net/event.hpp"
#include "net/interruption.hpp"
#include "net/limited_log.hpp"
#include "redis/entry_queue.hpp"
#include "sync/intake.hpp"
#include "sync/lanes.hpp"
#include "sync/leases.hpp"
#include "sync/pause_watch.hpp"
#include "sync/redis_state.hpp"
#include "sync/timing.hpp"
#include "sync/troubles.hpp"

namespace syncing {

class Membership {
public:
    // What the member works with.
    struct Parts {
        redis::EntryQueue& queue;
        Intake& intake;
        Lanes& lanes;
        Leases& leases;
        const api::ApiStates& apis;
        RedisState& redis;
        Troubles& troubles;
        const PauseWatch* pause = nullptr;      // null: it is never paused
        const BacklogWatch* backlog = nullptr;  // null: it is always asked what others left
        bool is_of_history = false;             // its work gives way to other agents' webhooks
    };

    Membership(boost::asio::any_io_executor executor, Parts parts, net::Interruption& interruption,
               const Timing& timing, std::shared_ptr<spdlog::logger> log);

    // Entries may be worked on from now on; until then this agent only says what it holds.
    void begin() noexcept { has_begun_ = true; }

    // Makes the group unless it is known to be there. After an outage of Redis everybody first says what is
    // theirs, because while it was away nobody could. Throws redis::Error.
    boost::asio::awaitable<void> ensure();

    // Redis is in trouble: a restart or FLUSHALL may have lost the group.
    void lose();

    // Says every keep_interval what is held and takes over what others left, until the agent stops.
    boost::asio::awaitable<void> keep();

    // The agent stops: goes on saying what is held until everything that was begun is finished, then leaves
    // the group.
    boost::asio::awaitable<void> finish();

private:
    using Time = std::chrono::steady_clock::time_point;

    boost::asio::awaitable<bool> sleep_and_give_way();
    boost::asio::awaitable<void> give_way();
    boost::asio::awaitable<void> make_group();
    boost::asio::awaitable<void> keep_held();
    // Whatever goes wrong is noted; the next time is soon.
    boost::asio::awaitable<void> keep_once(Troubles::Work& work);
    boost::asio::awaitable<void> keep_held_while_finishing(Troubles::Work& work);
    boost::asio::awaitable<void> take_over();
    std::size_t room_for_left() const;

    Parts parts_;
    net::Interruption& interruption_;
    const Timing& timing_;
    std::shared_ptr<spdlog::logger> log_;
    net::LimitedLog limited_log_;
    net::Event made_;  // cleared while somebody makes the group
    bool has_begun_ = false;
    bool has_group_ = false;    // not known to be lost
    std::uint64_t losses_ = 0;  // of the group
    Time kept_at_{};
    Time take_over_from_{};  // max: not before the group is made again
};

}  // namespace syncing
