#include "api/retry.hpp"

#include <fmt/format.h>

#include "net/waiting.hpp"

namespace api {

Retry::Retry(ApiName api, ApiStates& states, net::Interruption& interruption, net::Waiting& waiting,
             std::shared_ptr<spdlog::logger> log, Patience patience, std::function<void()> on_park)
    : api_(api),
      state_(states.of(api)),
      interruption_(interruption),
      waiting_(waiting),
      log_(std::move(log)),
      patience_(patience),
      on_park_(std::move(on_park)),
      limited_log_(log_),
      breaker_(patience.backoff) {}

boost::asio::awaitable<void> Retry::pass_breaker(Breaker::Caller caller) {
    constexpr std::chrono::milliseconds look_again{100};
    while (!breaker_.admit(caller, std::chrono::steady_clock::now()))
        co_await interruption_.sleep(look_again);
}

// One who can do without is refused for what everybody is parked for: that is no news.
void Retry::on_answer(unsigned refusal) {
    if (refusal == 0 || refusal != parked_status_) unpark();
    if (!breaker_.close()) return;
    state_.is_resting = false;
    log_->info("{} answers again: everything goes on", to_string(api_));
}

// A refused credential is no trouble of the API's, and a 429 has its own pause.
void Retry::on_trouble(const ApiFailure& failure, Breaker::Caller caller) {
    if (failure.remedy == Remedy::park || failure.status == 429) return breaker_.leave(caller);
    const auto random = std::uniform_real_distribution<double>(0, 1)(random_);
    if (!breaker_.fail(caller, std::chrono::steady_clock::now(), random)) return;
    state_.is_resting = true;
    log_->error("{} is in trouble: it is tried now and then, everything waits: {}", to_string(api_),
                describe(failure));
}

Breaker::Caller Retry::enter() noexcept {
    ++callers_;
    return ++last_caller_;
}

// When nobody is left to probe, whoever comes next does.
void Retry::leave(Breaker::Caller caller) noexcept {
    breaker_.leave(caller);
    if (prober_ == caller) prober_.reset();
    if (--callers_ > 0 || !is_parked()) return;
    state_.parked.reset();
    if (interruption_.is_requested()) return;
    log_->info("{}: nobody waits for it any longer, the next entry tries it", to_string(api_));
}

boost::asio::awaitable<void> Retry::wait_after(ApiFailure failure, unsigned failures,
                                               Breaker::Caller caller) {
    ++state_.retries;
    if (failure.remedy == Remedy::park) {
        park(failure, caller);
        co_await wait_parked(caller);
        co_return;
    }
    const auto random = std::uniform_real_distribution<double>(0, 1)(random_);
    const auto wait = std::max(failure.wait, patience_.backoff.after(failures, random));
    warn(failure, wait);
    const net::Waiting::One waiting(waiting_);
    co_await interruption_.sleep(wait);
}

// One probes, the others wait for what it finds, or take its place when it is gone.
boost::asio::awaitable<void> Retry::wait_parked(Breaker::Caller caller) {
    constexpr std::chrono::milliseconds look_again{500};
    while (is_parked() && prober_.value_or(caller) != caller) co_await interruption_.sleep(look_again);
    if (!is_parked()) co_return;
    prober_ = caller;
    co_await interruption_.sleep_until(next_probe_);
}

// The status is the cause: an outage has as many messages as there are people.
void Retry::warn(const ApiFailure& failure, std::chrono::milliseconds wait) {
    limited_log_.warn(std::to_string(failure.status),
                      fmt::format("{}; next attempt in {} ms", describe(failure), wait.count()));
}

void Retry::park(const ApiFailure& failure, Breaker::Caller caller) {
    const bool is_new = !is_parked();
    if (!is_new && prober_ != caller) return;
    state_.parked = describe(failure);
    parked_status_ = failure.status;
    next_probe_ = std::chrono::steady_clock::now() + patience_.probe_interval;
    log_->error("parked, nothing new is consumed: {}; next attempt in {} s", *state_.parked,
                std::chrono::duration_cast<std::chrono::seconds>(patience_.probe_interval).count());
    if (is_new && on_park_) on_park_();
}

void Retry::unpark() {
    if (!is_parked()) return;
    state_.parked.reset();
    log_->info("no longer parked: {} accepts the credential again", to_string(api_));
}

}  // namespace api
