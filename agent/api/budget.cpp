#include "api/budget.hpp"

#include <algorithm>
#include <limits>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "net/deadline.hpp"

namespace api {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr RateLimit hurried_limit{10, 1s};
constexpr std::chrono::seconds tell_again{1};  // the other processes that webhooks come
constexpr std::chrono::seconds nearness{5};  // what is begun is finished when the agent stops

}  // namespace

Budget::Budget(asio::any_io_executor executor, RateLimit limit, std::shared_ptr<SharedSchedule> shared,
               double history_share)
    : executor_(std::move(executor)),
      schedule_(limit),
      shared_(std::move(shared)),
      queue_(history_share),
      has_changed_(executor_),
      pace_(schedule_.interval()) {}

void Budget::tighten(RateLimit limit, double history_share) {
    queue_.limit_share(history_share);
    const Schedule other(limit);
    if (other.interval() <= schedule_.interval()) return;
    schedule_ = other;
    pace_ = std::max(pace_, other.interval());
}

std::chrono::nanoseconds Budget::interval(Time now) const {
    return now < slowed_until_ ? std::max(schedule_.interval(), slowed_.interval) : schedule_.interval();
}

bool Budget::is_near(ServiceClass service) const {
    const auto now = Clock::now();
    const auto pause = std::max(paused_until_ - now, Clock::duration::zero());
    return pause + queue_.time_to_drain(service, interval(now)) < nearness;
}

asio::awaitable<void> Budget::wait(net::Interruption& interruption, ServiceClass service,
                                   net::Recall* recall) {
    const bool is_free = schedule_.interval().count() == 0 && Clock::now() >= paused_until_;
    if (is_free || net::is_requested(recall)) co_return;
    if (hurried_ && hurried_->interval() < schedule_.interval()) co_return co_await hurry_after(interruption);
    const auto self = shared_from_this();
    const auto turn = std::make_shared<net::Event>(executor_);
    queue_.push(service, turn, Clock::now());
    has_changed_.notify();
    if (!is_handing_out_) {
        is_handing_out_ = true;
        asio::co_spawn(
            executor_, [self] { return self->hand_out_slots(); }, asio::detached);
    }
    const net::Recall::Listener listener(recall, *turn);
    co_await turn->wait_until(Time::max(), interruption);
    if (turn->is_set()) co_return;
    if (net::is_requested(recall)) co_return withdraw(turn);
    if (!is_near(service)) {
        withdraw(turn);
        throw net::Interrupted();
    }
    co_await turn->wait();
    if (!turn->is_set()) withdraw(turn);
}

void Budget::hurry() noexcept {
    hurried_.emplace(hurried_limit);
}

// The slot is taken, and when it comes does not matter.
asio::awaitable<void> Budget::hurry_after(net::Interruption& interruption) {
    const auto take = [self = shared_from_this()]() -> asio::awaitable<void> { co_await self->reserve(); };
    asio::co_spawn(executor_, take, asio::detached);
    const auto turn = hurried_->reserve(Clock::now(), hurried_->interval());
    co_await interruption.sleep_until(turn);
}

void Budget::withdraw(const Turn& turn) {
    queue_.remove(turn);
    has_changed_.notify();
}

// Every slot is noted in this agent's own schedule, too. Then no slot is used twice when Redis goes away or
// comes back.
asio::awaitable<Budget::Time> Budget::reserve() {
    const auto now = Clock::now();
    const auto least = interval(now);
    std::optional<SharedSlot> shared;
    if (shared_ && least.count() > 0) {
        const bool tells = now - told_of_webhooks_ >= tell_again && queue_.has_webhooks_since(told_of_webhooks_);
        if (tells) told_of_webhooks_ = now;
        shared = co_await shared_->reserve(least, tells);
    }
    if (!shared) co_return schedule_.reserve(now, least);
    if (shared->since_webhooks) queue_.note_webhooks(Clock::now() - *shared->since_webhooks);
    co_return schedule_.reserve(now + shared->wait, least);
}

// While only history waits and has had its share, no slot is reserved. The pace is that of webhooks.
asio::awaitable<void> Budget::wait_for_share() {
    while (!queue_.is_empty()) {
        const auto now = Clock::now();
        const auto next = queue_.next(now, interval(now));
        if (next <= now) break;
        last_slot_ = {};
        co_await has_changed_.wait_until(next);
    }
}

// A pause that is asked for meanwhile makes the slot worthless.
asio::awaitable<void> Budget::hand_out_slots() {
    asio::steady_timer timer(executor_);
    while (!queue_.is_empty()) {
        co_await wait_for_share();
        if (queue_.is_empty()) break;
        const Time slot = co_await reserve();
        timer.expires_at(std::max(slot, paused_until_));
        const bool was_paused = slot < paused_until_;
        co_await timer.async_wait(net::as_result);
        if (!was_paused && Clock::now() >= paused_until_) grant();
        if (schedule_.interval().count() == 0)
            while (Clock::now() >= paused_until_ && grant()) continue;
    }
    is_handing_out_ = false;
    last_slot_ = {};
    pace_ = schedule_.interval();  // whoever comes next finds nobody waiting
}

bool Budget::grant() {
    const auto now = Clock::now();
    const auto turn = queue_.take(now, interval(now));
    if (!turn) return false;
    used_.note(now, schedule_.interval());
    (*turn)->set();
    if (last_slot_ != Time{}) pace_ = std::max(schedule_.interval(), (3 * pace_ + (now - last_slot_)) / 4);
    last_slot_ = now;
    return true;
}

void Budget::yield_to_webhooks() {
    queue_.note_webhooks(std::chrono::steady_clock::now());
}

void Budget::pause(std::chrono::milliseconds duration) {
    paused_until_ = std::max(paused_until_, Clock::now() + duration);
    if (!shared_ || schedule_.interval().count() == 0) return;
    const auto pause_others = [shared = shared_, duration] { return shared->pause(duration); };
    asio::co_spawn(executor_, pause_others, asio::detached);
}

void Budget::correct(Allowance allowance) {
    const auto now = Clock::now();
    const auto slower = spread(allowance);
    if (allowance.remaining == 0 && slower.lasts.count() > 0) {
        paused_until_ = std::max(paused_until_, now + slower.lasts);
        return;
    }
    if (now >= slowed_until_) slowed_ = {};
    if (slower.interval <= schedule_.interval()) return;
    slowed_ = slower;
    slowed_until_ = now + slower.lasts;
}

double Budget::used_ratio() const {
    return used_.ratio(Clock::now(), schedule_.interval());
}

std::size_t Budget::calls_within(std::chrono::milliseconds duration) const {
    const auto pace = std::max(pace_, interval(Clock::now()));
    if (pace.count() == 0) return std::numeric_limits<std::size_t>::max();
    return static_cast<std::size_t>(std::max(std::chrono::nanoseconds(duration) / pace, 1L));
}

}  // namespace api
