// Whether a connector's agents consume anything new, for all of them: calendly:{<connector>}:pause, a hash
// that is there while they do not: by, reason, since_ms.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "net/interruption.hpp"

namespace redis {

struct Pause {
    std::string by;
    std::string reason;
    std::int64_t since_ms = 0;

    bool operator==(const Pause&) const = default;
};

// All throw Error, and work when Redis has no memory left.
class PauseSwitch {
public:
    virtual ~PauseSwitch() = default;

    // Nothing: they consume.
    virtual boost::asio::awaitable<std::optional<Pause>> state() = 0;
    // Until it may be another one. False when the agent stops before or meanwhile.
    virtual boost::asio::awaitable<bool> wait(std::chrono::milliseconds interval,
                                              net::Interruption& interruption) {
        return interruption.try_sleep(interval);
    }
    // What stands from now on. A pause that stands already stays as it is: by whom, why and since when.
    virtual boost::asio::awaitable<Pause> pause(Pause pause) = 0;
    // The pause that ends; nothing when there was none.
    virtual boost::asio::awaitable<std::optional<Pause>> resume() = 0;
};

}  // namespace redis
