#include "sync/pause_watch.hpp"

#include <utility>

#include "redis/error.hpp"

namespace syncing {

namespace asio = boost::asio;

PauseWatch::PauseWatch(redis::PauseSwitch& pause_switch, net::Interruption& interruption,
                       std::chrono::milliseconds interval, Troubles& troubles,
                       std::shared_ptr<spdlog::logger> log, std::function<void()> on_pause)
    : switch_(pause_switch),
      interruption_(interruption),
      interval_(interval),
      troubles_(troubles),
      log_(std::move(log)),
      on_pause_(std::move(on_pause)) {}

asio::awaitable<void> PauseWatch::run() {
    Troubles::Work work(troubles_);
    for (bool goes_on = true; goes_on;) {
        co_await look(work);
        goes_on = co_await switch_.wait(interval_, interruption_);
    }
}

// While Redis cannot be asked, what was last known holds; nothing can be consumed then anyway. A Redis that
// answers and refuses this question would keep bookings waiting for ever.
asio::awaitable<void> PauseWatch::look(Troubles::Work& work) {
    try {
        auto pause = co_await switch_.state();
        take(std::move(pause));
        work.is_well();
    } catch (const redis::BrokenKey& error) {
        has_looked_ = true;
        work.meets(error);
    } catch (const redis::Error& error) {
        if (!error.is_refusal()) co_return;
        has_looked_ = true;
        if (!std::exchange(is_refused_, true))
            log_->warn("{}; whether the connector is paused is not known, it goes on", error.what());
    } catch (const std::exception& error) {
        work.meets(error);
    }
}

// The reason is somebody's own words, which may name a person.
void PauseWatch::take(std::optional<redis::Pause> pause) {
    const bool begins = pause && !pause_;
    const bool ends = !pause && pause_;
    pause_ = std::move(pause);
    has_looked_ = true;
    if (begins) {
        log_->warn(
            "paused: nothing new is consumed, what is in work is finished; calendly-brevo resume ends it");
        on_pause_();
    }
    if (ends) log_->info("resumed: entries are consumed again");
}

}  // namespace syncing
