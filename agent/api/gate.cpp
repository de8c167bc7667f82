#include "api/gate.hpp"

#include <algorithm>

namespace api {
namespace {

bool contains(const std::deque<Gate::Caller>& line, Gate::Caller caller) noexcept {
    return std::ranges::find(line, caller) != line.end();
}

}  // namespace

bool Gate::leave(Caller caller) noexcept {
    stop_trying(caller);
    drop_out(line_, caller);
    drop_out(refused_, caller);
    if (--callers_ > 0 || !state_.is_parked()) return false;
    unpark();
    return true;
}

std::optional<Gate::Time> Gate::wait_until(Caller caller, Time now) {
    if (const auto probe = probe_time(caller); now < probe) return probe;
    if (!breaker_.is_open()) return std::nullopt;
    if (!contains(line_, caller)) line_.push_back(caller);
    if (line_.front() != caller) return never;
    if (!breaker_.admit(caller, now)) return breaker_.next_try();
    line_.pop_front();
    return std::nullopt;
}

Gate::Reopened Gate::on_answer(unsigned refusal) {
    Reopened reopened;
    if (state_.is_parked() && (refusal == 0 || refusal != parked_status_)) {
        unpark();
        reopened.is_unparked = true;
    }
    if (!breaker_.close()) return reopened;
    line_.clear();
    state_.is_resting = false;
    state_.trouble.clear();
    has_changed_ = reopened.is_closed = true;
    return reopened;
}

bool Gate::on_trouble(Caller caller, Time now, double random) {
    if (breaker_.is_trying(caller)) has_changed_ = true;
    if (!breaker_.fail(caller, now, random)) return false;
    state_.is_resting = true;
    return true;
}

Gate::Refusal Gate::on_refusal(Caller caller, const ApiFailure& failure, Time now) {
    stop_trying(caller);
    const bool is_new = !state_.is_parked();
    const bool was_prober = is_prober(caller);
    if (!contains(refused_, caller)) refused_.push_back(caller);
    if (!is_new && !was_prober) return Refusal::known;
    state_.parked = describe(failure);
    parked_status_ = failure.status;
    next_probe_ = now + pause_after(failure);
    return is_new ? Refusal::parks : Refusal::still_parks;
}

std::chrono::milliseconds Gate::pause_after(const ApiFailure& failure) const noexcept {
    return failure.probe.count() > 0 ? std::min(failure.probe, probe_interval_) : probe_interval_;
}

Gate::Time Gate::probe_time(Caller caller) const noexcept {
    if (is_prober(caller)) return next_probe_;
    return contains(refused_, caller) ? never : Time::min();
}

// Then the first in line tries, perhaps at once.
void Gate::stop_trying(Caller caller) noexcept {
    if (breaker_.leave(caller)) has_changed_ = true;
}

// Another one is the first now.
void Gate::drop_out(Line& line, Caller caller) noexcept {
    if (!line.empty() && line.front() == caller) has_changed_ = true;
    std::erase(line, caller);
}

void Gate::unpark() noexcept {
    state_.parked.reset();
    refused_.clear();
    has_changed_ = true;
}

}  // namespace api
