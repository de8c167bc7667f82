// The schedule of an account's calls that all agents share.
#pragma once

#include <chrono>
#include <optional>

#include <boost/asio/awaitable.hpp>

namespace api {

class SharedSchedule {
public:
    virtual ~SharedSchedule() = default;

    // How long until the slot that is ours from now on; the next one is `interval` later at least. Nothing
    // when it cannot be asked.
    virtual boost::asio::awaitable<std::optional<std::chrono::nanoseconds>> reserve(
        std::chrono::nanoseconds interval) = 0;

    // No slot before then. Without effect when it cannot be asked.
    virtual boost::asio::awaitable<void> pause(std::chrono::nanoseconds duration) = 0;
};

}  // namespace api
