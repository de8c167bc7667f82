#include "sync/login_watch.hpp"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace syncing {

LoginWatch::LoginWatch(CheckLogin check, api::Retry& retry, api::ApiState& calendly,
                       net::Interruption& interruption, std::chrono::milliseconds interval,
                       std::shared_ptr<spdlog::logger> log)
    : check_(std::move(check)),
      retry_(retry),
      calendly_(calendly),
      interruption_(interruption),
      interval_(interval),
      log_(std::move(log)) {}

boost::asio::awaitable<void> LoginWatch::run() {
    if (!check_) co_return;
    try {
        for (;;) {
            co_await look();
            co_await interruption_.sleep(interval_);
        }
    } catch (const net::Interrupted&) {
        co_return;
    }
}

// A login that serves says nothing of how the API is: only one that does not is a matter of its retries,
// which park the connector and say when that is over.
boost::asio::awaitable<void> LoginWatch::look() {
    auto state = co_await check_();
    if (!state) state = co_await retry_.persist(check_);
    if (state) note(std::move(*state));
}

void LoginWatch::note(calendly::LoginState state) {
    if (state.problem != state_.problem && !state.problem.empty()) log_->error("{}", state.problem);
    if (state.id != state_.id) calendly_.missing_scopes.clear();
    state_ = std::move(state);
}

std::string LoginWatch::problem() const {
    if (!state_.problem.empty() || calendly_.missing_scopes.empty()) return state_.problem;
    return fmt::format(
        "the Calendly token lacks {}: grant it (calendly-brevo auth status says what is needed)",
        fmt::join(calendly_.missing_scopes, ", "));
}

}  // namespace syncing
