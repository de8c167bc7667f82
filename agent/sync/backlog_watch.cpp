#include "sync/backlog_watch.hpp"

#include <utility>

#include "redis/error.hpp"

namespace syncing {

namespace asio = boost::asio;

BacklogWatch::BacklogWatch(redis::BacklogGauge& gauge, net::Interruption& interruption,
                           std::chrono::milliseconds interval, Troubles& troubles,
                           std::shared_ptr<spdlog::logger> log,
                           std::function<void(const redis::Backlog&)> on_look)
    : gauge_(gauge),
      interruption_(interruption),
      interval_(interval),
      troubles_(troubles),
      log_(std::move(log)),
      on_look_(std::move(on_look)) {}

bool BacklogWatch::may_hold_entries() const noexcept {
    return !is_known_ || seen_.webhooks + seen_.history > 0;
}

asio::awaitable<void> BacklogWatch::run() {
    Troubles::Work work(troubles_);
    for (bool goes_on = true; goes_on;) {
        co_await look(work);
        goes_on = co_await interruption_.try_sleep(interval_);
    }
}

asio::awaitable<void> BacklogWatch::look(Troubles::Work& work) {
    is_known_ = false;
    try {
        seen_ = co_await gauge_.look();
        is_known_ = true;
        work.is_well();
        is_refused_ = false;
    } catch (const redis::BrokenKey& error) {
        work.meets(error);
    } catch (const redis::MissingRight& error) {
        work.meets(error);
    } catch (const redis::Error& error) {
        if (error.is_refusal() && !std::exchange(is_refused_, true))
            log_->warn("{}; how much waits and how many letters are dead is not known", error.what());
    } catch (const std::exception& error) {
        work.meets(error);
    }
    if (is_known_) on_look_(seen_);
}

}  // namespace syncing
