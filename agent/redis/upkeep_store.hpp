// What agents and commands tell each other about a connector's upkeep: probes that arrived, who watches, what
// was seen and done.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace redis {

// All throw Error.
class UpkeepStore {
public:
    virtual ~UpkeepStore() = default;

    // A probe with this id came through the queue; remembered for a minute.
    virtual boost::asio::awaitable<void> note_probe(std::string id) = 0;
    virtual boost::asio::awaitable<bool> has_arrived(std::string id) = 0;

    // True: this process watches from now on for `duration`, whether or not it did so before. False: another
    // one does.
    virtual boost::asio::awaitable<bool> watch(std::chrono::milliseconds duration) = 0;
    // Lets another one watch at once.
    virtual boost::asio::awaitable<void> stop_watching() = 0;

    // What whoever watches found, as JSON, for the agents that do not. It fades after `duration`.
    virtual boost::asio::awaitable<void> report(std::string found, std::chrono::milliseconds duration) = 0;
    virtual boost::asio::awaitable<std::optional<std::string>> last_report() = 0;

    // True: nobody has repaired anything for as long as `duration`, and from now on somebody has.
    virtual boost::asio::awaitable<bool> begin_repair(std::chrono::milliseconds duration) = 0;
    // The same, whatever was done before: whoever watches leaves the subscription alone meanwhile.
    virtual boost::asio::awaitable<void> note_repair(std::chrono::milliseconds duration) = 0;
    // Nothing was done after all.
    virtual boost::asio::awaitable<void> forget_repair() = 0;

    // Deliveries may have been missed: whoever reconciles begins soon. Stays for a day.
    virtual boost::asio::awaitable<void> want_reconciliation(std::string reason) = 0;

    // What is known of the rotation of signing keys, as JSON.
    virtual boost::asio::awaitable<std::optional<std::string>> rotation() = 0;
    virtual boost::asio::awaitable<void> set_rotation(std::string state) = 0;
    virtual boost::asio::awaitable<void> clear_rotation() = 0;
};

}  // namespace redis
