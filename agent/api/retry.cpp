#include "api/retry.hpp"

#include <utility>

#include <fmt/format.h>

namespace api {
namespace {

using Clock = std::chrono::steady_clock;

// An answer that is not the API's own is as good as none.
RetryCause cause_of(const ApiFailure& failure) {
    if (failure.remedy == Remedy::park) return RetryCause::refused;
    if (failure.remedy == Remedy::conflict) return RetryCause::conflict;
    if (failure.status == 429) return RetryCause::rate_limited;
    return failure.status >= 500 ? RetryCause::server_trouble : RetryCause::no_answer;
}

}  // namespace

Retry::Retry(ApiName api, ApiStates& states, net::Interruption& interruption, net::Waiting& waiting,
             std::shared_ptr<spdlog::logger> log, Patience patience, std::function<void()> on_park,
             bool logs_answers)
    : api_(api),
      state_(states.of(api)),
      interruption_(interruption),
      waiting_(waiting),
      log_(std::move(log)),
      patience_(patience),
      on_park_(std::move(on_park)),
      logs_answers_(logs_answers),
      limited_log_(log_),
      gate_(state_, patience.backoff, patience.probe_interval),
      changed_(interruption.executor()) {}

boost::asio::awaitable<void> Retry::wait_for_turn(Gate::Caller caller, net::Recall* recall) {
    const net::Recall::Listener listener(recall, changed_);
    while (const auto until = gate_.wait_until(caller, Clock::now())) {
        if (net::is_requested(recall)) co_return;
        const bool goes_on = co_await changed_.wait_until(*until, interruption_);
        if (!goes_on) throw net::Interrupted();
    }
}

boost::asio::awaitable<void> Retry::sleep(std::chrono::milliseconds pause, net::Recall* recall) {
    const net::Waiting::One waiting(waiting_);
    if (net::is_requested(recall)) co_return;
    net::Event is_over(interruption_.executor());
    const net::Recall::Listener listener(recall, is_over);
    const bool goes_on = co_await is_over.wait_until(Clock::now() + pause, interruption_);
    if (!goes_on) throw net::Interrupted();
}

void Retry::show_answer(const ApiFailure& failure) {
    if (!logs_answers_ || failure.body.empty()) return;
    log_->info("{}: {}: {}", to_string(api_), failure.reason, masked_answer(failure));
}

// Each once: what the call was made for may go on without its answer.
void Retry::note_scopes(const ApiFailure& failure) {
    for (const auto& scope : failure.required_scopes)
        if (state_.missing_scopes.insert(scope).second)
            log_->error("{} refuses a call for want of the scope {}: {}", to_string(api_), scope,
                        describe(failure));
}

void Retry::on_answer(unsigned refusal) {
    const auto reopened = gate_.on_answer(refusal);
    if (reopened.is_unparked)
        log_->info("{} accepts the credential again: no longer parked, new entries are read",
                   to_string(api_));
    if (reopened.is_closed && std::exchange(is_trouble_said_, false))
        log_->info("{} answers again: calls that waited go on", to_string(api_));
    tell_change();
}

std::optional<std::chrono::milliseconds> Retry::on_failure(const ApiFailure& failure, unsigned failures,
                                                           Gate::Caller caller) {
    ++state_.retries_for(cause_of(failure));
    if (failure.remedy == Remedy::park) {
        on_refusal(failure, caller);
        return std::nullopt;
    }
    if (failure.remedy == Remedy::conflict) {
        on_answer(failure.status);  // the API is well
    } else {
        on_trouble(failure, caller);
    }
    const auto pause = std::max(failure.wait, patience_.backoff.after(failures, random()));
    // An outage has as many messages as there are people; while calls rest, that has been said.
    if (!state_.is_resting)
        limited_log_.warn(fmt::format("{} {}", to_string(api_), to_string(cause_of(failure))),
                          fmt::format("{}; next attempt in {} ms", describe(failure), pause.count()));
    return pause;
}

// A 429 is no trouble of the API's: it has a pause of its own.
void Retry::on_trouble(const ApiFailure& failure, Gate::Caller caller) {
    if (failure.status == 429) {
        gate_.on_pause(caller);
    } else if (gate_.on_trouble(caller, Clock::now(), random())) {
        state_.trouble = describe(failure);
        is_trouble_said_ = limited_log_.error(
            fmt::format("{} rests", to_string(api_)),
            fmt::format("{} is in trouble: calls wait, one at a time tries again in growing pauses: {}",
                        to_string(api_), describe(failure)));
    }
    tell_change();
}

void Retry::on_refusal(const ApiFailure& failure, Gate::Caller caller) {
    const auto refusal = gate_.on_refusal(caller, failure, Clock::now());
    if (refusal == Gate::Refusal::parks) state_.parked_since = std::chrono::system_clock::now();
    tell_change();
    const bool is_said = refusal == Gate::Refusal::still_parks && Clock::now() < say_again_;
    if (refusal == Gate::Refusal::known || is_said) return;
    say_again_ = Clock::now() + patience_.probe_interval;
    log_->error(
        "{} refuses the credential or the account: parked, no new entries are read, next attempt in {} s: {}",
        to_string(api_), std::chrono::ceil<std::chrono::seconds>(gate_.pause_after(failure)).count(),
        *state_.parked);
    if (refusal == Gate::Refusal::parks && on_park_) on_park_();
}

void Retry::leave(Gate::Caller caller) noexcept {
    const bool is_unparked = gate_.leave(caller);
    tell_change();
    if (is_unparked && !interruption_.is_requested())
        log_->info("{}: no call waits for it any longer: no longer parked, the next entry tries it again",
                   to_string(api_));
}

void Retry::tell_change() {
    if (gate_.take_change()) changed_.notify();
}

}  // namespace api
