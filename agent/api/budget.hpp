// The calls that an account may make: evenly paced, in order, by one schedule for all agents.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "api/rate_limit.hpp"
#include "net/interruption.hpp"

namespace api {

// The schedule that all agents share, of one account.
class SharedSchedule {
public:
    virtual ~SharedSchedule() = default;

    // How long until the slot that is ours from now on; the next one is `interval` later at least. Nothing
    // when it cannot be asked.
    virtual boost::asio::awaitable<std::optional<std::chrono::nanoseconds>> reserve(
        std::chrono::nanoseconds interval) = 0;

    // No slot before then. Without effect when it cannot be asked.
    virtual boost::asio::awaitable<void> pause(std::chrono::nanoseconds duration) = 0;
};

// Whoever waits first goes first. One slot at a time is reserved, so that agents take turns and a dead one
// wastes a single slot. While the shared schedule cannot be asked, this agent's own one counts.
class Budget : public std::enable_shared_from_this<Budget> {
public:
    // `shared` may be null. Without a limit nothing is asked.
    Budget(boost::asio::any_io_executor executor, RateLimit limit, std::shared_ptr<SharedSchedule> shared);

    // Of two users' limits the lower one counts.
    void tighten(RateLimit limit);

    // Until the next slot. Throws Interrupted when the agent stops and the slot is not near.
    boost::asio::awaitable<void> wait(net::Interruption& interruption);

    // The API wants to be left alone: no call of any agent before then.
    void pause(std::chrono::milliseconds duration);

    // What a response says about the account, which others may use, too.
    void correct(Allowance allowance);

    // How many calls this agent can make within `duration`, going by its present pace.
    std::size_t calls_within(std::chrono::milliseconds duration) const;

private:
    using Time = std::chrono::steady_clock::time_point;
    struct Waiter;

    std::chrono::nanoseconds interval(Time now) const;
    bool is_near() const;
    void grant(Time now);
    boost::asio::awaitable<Time> reserve();
    boost::asio::awaitable<void> hand_out_slots();

    boost::asio::any_io_executor executor_;
    Schedule schedule_;
    std::shared_ptr<SharedSchedule> shared_;
    std::deque<std::shared_ptr<Waiter>> waiting_;
    bool is_handing_out_ = false;
    Time paused_until_{};
    Spread slowed_;
    Time slowed_until_{};
    std::chrono::nanoseconds pace_;  // between two slots of this agent, lately; of a queue
    Time last_slot_{};               // of a queue that has not been empty since
};

}  // namespace api
