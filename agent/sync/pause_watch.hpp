// Whether the connector is paused: looked up again and again, so that every agent obeys within about a
// second.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "api/api_state.hpp"
#include "net/interruption.hpp"
#include "redis/pause_switch.hpp"
#include "sync/troubles.hpp"

namespace syncing {

class PauseWatch {
public:
    // `on_pause` is called when a pause begins.
    PauseWatch(redis::PauseSwitch& pause_switch, net::Interruption& interruption,
               std::chrono::milliseconds interval, Troubles& troubles, std::shared_ptr<spdlog::logger> log,
               std::function<void()> on_pause);

    // Nothing: entries are consumed.
    const std::optional<redis::Pause>& pause() const noexcept { return pause_; }

    // Nothing new may be consumed: it is paused, or nobody has been able to look yet.
    bool holds() const noexcept { return pause_ || !has_looked_; }

    // Until the agent stops.
    boost::asio::awaitable<void> run();

private:
    boost::asio::awaitable<void> look(Troubles::Work& work);
    void take(std::optional<redis::Pause> pause);

    redis::PauseSwitch& switch_;
    net::Interruption& interruption_;
    std::chrono::milliseconds interval_;
    Troubles& troubles_;
    std::shared_ptr<spdlog::logger> log_;
    std::function<void()> on_pause_;
    std::optional<redis::Pause> pause_;
    bool has_looked_ = false;
    bool is_refused_ = false;  // Redis does not let it be looked up, which has been said
};

// Nothing new may be consumed: an API refuses us, or the connector is paused. `pause` null: it never is.
inline bool is_held_back(const api::ApiStates& apis, const PauseWatch* pause) noexcept {
    return apis.is_any_parked() || (pause && pause->holds());
}

}  // namespace syncing
