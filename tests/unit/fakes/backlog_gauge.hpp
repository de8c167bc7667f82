#pragma once

#include <functional>

#include "redis/backlog.hpp"

namespace fakes {

class BacklogGauge final : public redis::BacklogGauge {
public:
    redis::Backlog found;

    // Called before each look; may throw redis::Error.
    std::function<void()> on_look;

    boost::asio::awaitable<redis::Backlog> look() override {
        if (on_look) on_look();
        co_return found;
    }
};

}  // namespace fakes
