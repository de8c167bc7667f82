#include "sync/persistence.hpp"

#include "sync/mask.hpp"

namespace syncing {

Persistence::Persistence(std::string api, Interruption& interruption, Statistics& statistics,
                         std::shared_ptr<spdlog::logger> log, Patience patience,
                         std::function<void()> on_park)
    : api_(std::move(api)),
      interruption_(interruption),
      statistics_(statistics),
      log_(std::move(log)),
      patience_(patience),
      on_park_(std::move(on_park)) {}

boost::asio::awaitable<void> Persistence::wait_after(http::ApiFailure failure, unsigned failures) {
    ++statistics_.retries;
    auto wait = patience_.probe_interval;
    if (failure.remedy == http::Remedy::park) {
        park(failure);
    } else {
        const auto random = std::uniform_real_distribution<double>(0, 1)(random_);
        wait = std::max(failure.wait, patience_.backoff.after(failures, random));
        warn(describe(failure), wait);
    }
    co_await interruption_.sleep(wait);
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
    auto& reason = statistics_.parked[api_];
    reason = describe(failure);
    if (is_new && on_park_) on_park_();
    log_->error("parked, nothing new is consumed: {}; next attempt in {} s", reason,
                std::chrono::duration_cast<std::chrono::seconds>(patience_.probe_interval).count());
}

void Persistence::unpark() {
    if (statistics_.parked.erase(api_) == 0) return;
    log_->info("no longer parked: {} accepts the credential again", api_);
}

}  // namespace syncing
