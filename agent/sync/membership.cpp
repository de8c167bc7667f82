#include "sync/membership.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "redis/error.hpp"
#include "sync/room.hpp"

namespace syncing {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

}  // namespace

Membership::Membership(asio::any_io_executor executor, Parts parts, net::Interruption& interruption,
                       const Timing& timing, std::shared_ptr<spdlog::logger> log)
    : parts_(parts),
      interruption_(interruption),
      timing_(timing),
      log_(std::move(log)),
      limited_log_(log_),
      made_(std::move(executor)) {
    made_.set();
}

// One at a time: reader and keeper would otherwise take the same lost entries back.
asio::awaitable<void> Membership::ensure() {
    while (!made_.is_set()) co_await made_.wait();
    if (has_group_) co_return;
    made_.clear();
    std::exception_ptr trouble;
    try {
        co_await make_group();
    } catch (const std::exception&) {
        trouble = std::current_exception();
    }
    made_.set();
    if (trouble) std::rethrow_exception(trouble);
}

asio::awaitable<void> Membership::make_group() {
    const auto losses = losses_;
    co_await parts_.queue.ensure_group();
    co_await keep_held();
    if (has_begun_) {
        auto lost = co_await parts_.queue.take_back(parts_.lanes.held());
        co_await parts_.intake.accept(std::move(lost));
    }
    if (take_over_from_ == Time::max()) take_over_from_ = steady_clock::now() + 2 * timing_.keep_interval;
    has_group_ = has_begun_ && losses == losses_;
    parts_.redis.note_answer();
}

// When this agent could not say for long what it holds, the others may not have been able to either: what
// they seem to have left is not taken over before they had time to say so.
void Membership::lose() {
    has_group_ = false;
    ++losses_;
    if (steady_clock::now() - kept_at_ > 2 * timing_.keep_interval) take_over_from_ = Time::max();
}

asio::awaitable<void> Membership::keep() {
    Troubles::Work work(parts_.troubles);
    for (bool goes_on = true; goes_on;) {
        co_await keep_once(work);
        if (parts_.is_of_history)
            goes_on = co_await sleep_and_give_way();
        else
            goes_on = co_await interruption_.try_sleep(timing_.keep_interval);
    }
}

// Until it is time to say again what is held; false when the agent stops.
asio::awaitable<bool> Membership::sleep_and_give_way() {
    auto& leases = parts_.leases;
    const auto end = net::end_of_sleep(steady_clock::now(), timing_.keep_interval);
    while (!interruption_.is_requested() && steady_clock::now() < end) {
        if (leases.holds_for_history()) {
            co_await interruption_.try_sleep_until(
                std::min(end, steady_clock::now() + timing_.recall_interval));
            co_await give_way();
        } else {
            leases.held_for_history().clear();
            co_await leases.held_for_history().wait_until(end, interruption_);
        }
    }
    co_return !interruption_.is_requested();
}

// History to another agent's webhook that waits for one of its people. What goes wrong is noted when that is
// said which is held.
asio::awaitable<void> Membership::give_way() {
    try {
        co_await parts_.leases.give_way();
    } catch (const redis::Error&) {
        co_return;
    }
}

asio::awaitable<void> Membership::keep_once(Troubles::Work& work) {
    try {
        co_await ensure();
        co_await keep_held();
        if (!interruption_.is_requested()) parts_.redis.note_answer();
        if (has_begun_) co_await take_over();
        work.is_well();
    } catch (const redis::BrokenKey& error) {
        lose();
        work.meets(error);
    } catch (const redis::Error& error) {
        lose();
        if (!interruption_.is_requested()) parts_.redis.note_trouble(error.what());
    } catch (const std::exception& error) {
        lose();
        work.meets(error);
    }
}

asio::awaitable<void> Membership::keep_held() {
    std::vector<std::string> held(parts_.lanes.held().begin(), parts_.lanes.held().end());
    co_await parts_.queue.refresh(std::move(held));
    co_await parts_.leases.renew();
    kept_at_ = steady_clock::now();
}

// Entries of a dead agent are older than any new one: they may use twice the usual room, so that a busy agent
// takes them, too.
std::size_t Membership::room_for_left() const {
    const auto& lanes = parts_.lanes;
    return std::min(
        {most_left, left_of(2 * most_loaded, lanes.loaded()), left_of(2 * most_held, lanes.held().size())});
}

// Where nothing waits nobody has left anything.
asio::awaitable<void> Membership::take_over() {
    if (parts_.backlog && !parts_.backlog->may_hold_entries()) co_return;
    if (is_held_back(parts_.apis, parts_.pause) || room_for_left() == 0 ||
        steady_clock::now() < take_over_from_)
        co_return;
    auto left = co_await parts_.queue.take_over(room_for_left(), timing_.take_over_after);
    if (!left.entries.empty())
        limited_log_.warn("taking over",
                          fmt::format("taking over {} entries that another agent left", left.entries.size()));
    co_await parts_.intake.accept(std::move(left));
}

asio::awaitable<void> Membership::finish() {
    Troubles::Work work(parts_.troubles);
    while (!parts_.lanes.idle().is_set()) co_await keep_held_while_finishing(work);
    try {
        co_await parts_.queue.leave();
    } catch (const std::exception& error) {
        log_->warn("{}; this agent's name stays in the consumer group, which does no harm", error.what());
    }
}

asio::awaitable<void> Membership::keep_held_while_finishing(Troubles::Work& work) {
    try {
        co_await keep_held();
    } catch (const redis::Error& error) {
        parts_.redis.note_trouble(error.what());
    } catch (const std::exception& error) {
        work.meets(error);
    }
    co_await parts_.lanes.idle().wait_until(steady_clock::now() + timing_.keep_interval);
}

}  // namespace syncing
