#include "sync/persistence.hpp"

#include "sync/mask.hpp"
#include "sync/waiting.hpp"

namespace syncing {

Persistence::Persistence(std::string api, http::Interruption& interruption, Statistics& statistics,
                         std::shared_ptr<spdlog::logger> log, Patience patience,
                         std::function<void()> on_park)
    : api_(std::move(api)),
      interruption_(interruption),
      statistics_(statistics),
      log_(std::move(log)),
      patience_(patience),
      on_park_(std::move(on_park)),
      breaker_(patience.backoff) {}

boost::asio::awaitable<void> Persistence::pass_breaker() {
    constexpr std::chrono::milliseconds look_again{100};
    while (!breaker_.admit(std::chrono::steady_clock::now())) co_await interruption_.sleep(look_again);
}

void Persistence::on_answer() {
    unpark();
    if (!breaker_.close()) return;
    statistics_.resting.erase(api_);
    log_->info("{} answers again: everything goes on", api_);
}

// A refused credential is no trouble of the API's, and a 429 has its own pause.
void Persistence::on_trouble(const http::ApiFailure& failure, Breaker::Caller caller) {
    if (failure.remedy == http::Remedy::park || failure.status == 429) return breaker_.abandon();
    const auto random = std::uniform_real_distribution<double>(0, 1)(random_);
    if (!breaker_.fail(caller, std::chrono::steady_clock::now(), random)) return;
    statistics_.resting.insert(api_);
    log_->error("{} is in trouble: it is tried now and then, everything waits: {}", api_, describe(failure));
}

boost::asio::awaitable<void> Persistence::wait_after(http::ApiFailure failure, unsigned failures) {
    ++statistics_.retries;
    if (failure.remedy == http::Remedy::park) {
        park(failure);
        co_await wait_parked();
        co_return;
    }
    const auto random = std::uniform_real_distribution<double>(0, 1)(random_);
    const auto wait = std::max(failure.wait, patience_.backoff.after(failures, random));
    warn(describe(failure), wait);
    const Waiting waiting(statistics_);
    co_await interruption_.sleep(wait);
}

// The first one probes, the others wait for what it finds.
boost::asio::awaitable<void> Persistence::wait_parked() {
    constexpr std::chrono::milliseconds look_again{500};
    if (is_probing_) {
        while (statistics_.parked.contains(api_)) co_await interruption_.sleep(look_again);
        co_return;
    }
    is_probing_ = true;
    const auto end = std::chrono::steady_clock::now() + patience_.probe_interval;
    const bool is_over = co_await interruption_.try_sleep_until(end);
    is_probing_ = false;
    if (!is_over) throw http::Interrupted();
}

void Persistence::warn(const std::string& what, std::chrono::milliseconds wait) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const auto kept_back = log_limit_.admit(std::chrono::duration_cast<std::chrono::milliseconds>(now));
    if (!kept_back) return;
    log_->warn("{}; next attempt in {} ms ({} more lines like this kept back)", what, wait.count(),
               *kept_back);
}

void Persistence::park(const http::ApiFailure& failure) {
    const bool is_new = !statistics_.parked.contains(api_);
    if (!is_new && is_probing_) return;
    auto& reason = statistics_.parked[api_];
    reason = describe(failure);
    log_->error("parked, nothing new is consumed: {}; next attempt in {} s", reason,
                std::chrono::duration_cast<std::chrono::seconds>(patience_.probe_interval).count());
    if (is_new && on_park_) on_park_();
}

void Persistence::unpark() {
    if (statistics_.parked.erase(api_) == 0) return;
    log_->info("no longer parked: {} accepts the credential again", api_);
}

}  // namespace syncing
