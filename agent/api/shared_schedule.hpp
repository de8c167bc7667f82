// The schedule of an account's calls that all agents share.
#pragma once

#include <chrono>
#include <optional>

#include <boost/asio/awaitable.hpp>

namespace api {

struct SharedSlot {
    std::chrono::nanoseconds wait{0};  // from now on
    // Since some process of the account last told of webhooks; nothing when none has lately.
    std::optional<std::chrono::nanoseconds> since_webhooks{};
};

class SharedSchedule {
public:
    virtual ~SharedSchedule() = default;

    // The slot that is ours from now on; the next one is `interval` later at least. `has_webhooks`: tells the
    // others that webhooks come. Nothing when it cannot be asked.
    virtual boost::asio::awaitable<std::optional<SharedSlot>> reserve(std::chrono::nanoseconds interval,
                                                                      bool has_webhooks) = 0;

    // No slot before then. Without effect when it cannot be asked.
    virtual boost::asio::awaitable<void> pause(std::chrono::nanoseconds duration) = 0;
};

}  // namespace api
