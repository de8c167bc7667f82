#pragma once

#include <functional>
#include <utility>

#include "redis/pause_switch.hpp"

namespace fakes {

class PauseSwitch final : public redis::PauseSwitch {
public:
    std::optional<redis::Pause> pause_now;

    // Called before it is looked up; may throw redis::Error.
    std::function<void()> on_look;
    int looks = 0;

    boost::asio::awaitable<std::optional<redis::Pause>> state() override {
        ++looks;
        if (on_look) on_look();
        co_return pause_now;
    }
    boost::asio::awaitable<redis::Pause> pause(redis::Pause pause) override {
        if (!pause_now) pause_now = std::move(pause);
        co_return *pause_now;
    }
    boost::asio::awaitable<std::optional<redis::Pause>> resume() override {
        co_return std::exchange(pause_now, std::nullopt);
    }
};

}  // namespace fakes
