// The calls that an account may make: evenly paced, in order, by one schedule for all agents.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "api/budget_queue.hpp"
#include "api/rate_limit.hpp"
#include "api/shared_schedule.hpp"
#include "api/slot_count.hpp"
#include "net/event.hpp"
#include "net/interruption.hpp"
#include "net/recall.hpp"

namespace api {

// Who goes first is the queue's rule, see api/budget_queue.hpp. One slot at a time is reserved, so that
// agents take turns and a dead one wastes a single slot. While the shared schedule cannot be asked, this
// agent's own one counts.
class Budget : public std::enable_shared_from_this<Budget> {
public:
    // `shared` may be null. Without a limit nothing is asked. `history_share` of the slots is the most that
    // history gets while webhooks come.
    Budget(boost::asio::any_io_executor executor, RateLimit limit, std::shared_ptr<SharedSchedule> shared,
           double history_share = default_history_share);

    // Of two users' limits the lower one counts, and of their shares of history.
    void tighten(RateLimit limit, double history_share = 1);

    // Until the next slot, or until the call is recalled: then it has none. Throws Interrupted when the agent
    // stops and the slot is not near.
    boost::asio::awaitable<void> wait(net::Interruption& interruption,
                                      ServiceClass service = ServiceClass::webhook,
                                      net::Recall* recall = nullptr);

    // From now on calls come up to ten a second, also where the limit of a minute or an hour is lower,
    // because somebody waits for the answers. Slots are taken all the same, so that the others wait instead.
    // For a handful of calls.
    void hurry() noexcept;

    // Webhooks wait for another agent: history keeps to its share, as if they waited for this one.
    void yield_to_webhooks();

    // The API wants to be left alone: no call of any agent before then.
    void pause(std::chrono::milliseconds duration);

    // What a response says about the account, which others may use, too.
    void correct(Allowance allowance);

    // How many calls for webhooks this agent can make within `duration`, going by its present pace.
    std::size_t calls_within(std::chrono::milliseconds duration) const;

    // The share of the limit that this agent used within about a minute, 0 to 1; without a limit 0.
    double used_ratio() const;

private:
    using Time = std::chrono::steady_clock::time_point;
    using Turn = std::shared_ptr<net::Event>;  // set when the slot is there

    std::chrono::nanoseconds interval(Time now) const;
    bool is_near(ServiceClass service) const;
    bool grant();
    void withdraw(const Turn& turn);
    boost::asio::awaitable<void> wait_for_share();
    boost::asio::awaitable<Time> reserve();
    boost::asio::awaitable<void> hand_out_slots();
    boost::asio::awaitable<void> hurry_after(net::Interruption& interruption);

    boost::asio::any_io_executor executor_;
    Schedule schedule_;
    std::shared_ptr<SharedSchedule> shared_;
    BudgetQueue<Turn> queue_;
    SlotCount used_;
    net::Event has_changed_;  // the queue: one more waits, or one no longer
    bool is_handing_out_ = false;
    Time told_of_webhooks_{};  // the other processes
    std::optional<Schedule> hurried_;
    Time paused_until_{};
    Spread slowed_;
    Time slowed_until_{};
    // Average time between two of this agent's slots, measured only while somebody waits for one.
    std::chrono::nanoseconds pace_;
    // Unset when nobody has waited since: such a gap says nothing about the pace.
    Time last_slot_{};
};

}  // namespace api
