// Reads new entries as fast as they can be worked on, and none while an API refuses us or the connector is
// paused.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "api/api_state.hpp"
#include "net/interruption.hpp"
#include "net/waiting.hpp"
#include "redis/entry_queue.hpp"
#include "sync/intake.hpp"
#include "sync/lanes.hpp"
#include "sync/membership.hpp"
#include "sync/pause_watch.hpp"
#include "sync/redis_state.hpp"
#include "sync/room.hpp"
#include "sync/timing.hpp"
#include "sync/troubles.hpp"

namespace syncing {

class EntryReader {
public:
    // What the reader works with.
    struct Parts {
        redis::EntryQueue& queue;
        Membership& membership;
        Intake& intake;
        Lanes& lanes;
        const api::ApiStates& apis;
        const net::Waiting& waiting;
        RedisState& redis;
        Troubles& troubles;
        CallsWithin calls_within;
        const EntryReader* first = nullptr;  // whose entries go first; null: these do
        const PauseWatch* pause = nullptr;   // null: it is never paused
    };

    EntryReader(Parts parts, net::Interruption& interruption, const Timing& timing);

    // Until the agent stops.
    boost::asio::awaitable<void> run();

    // There was nothing more to read the last time.
    bool has_caught_up() const noexcept { return has_caught_up_; }

    // An API begins to refuse us, or a pause begins: a read that waits would still consume what comes next,
    // and is ended.
    void end_waiting();

private:
    // What is to be done about a turn of the loop that went wrong.
    struct Mishap {
        std::string redis;                // its trouble; "": none
        std::chrono::milliseconds pause;  // after it
    };
    using Result = std::optional<Mishap>;

    boost::asio::awaitable<Result> try_once(bool& goes_on, Troubles::Work& work);
    boost::asio::awaitable<bool> read_once();
    std::size_t room() const;

    Parts parts_;
    net::Interruption& interruption_;
    const Timing& timing_;
    bool is_reading_ = false;
    bool is_read_interrupted_ = false;
    bool has_caught_up_ = false;
};

}  // namespace syncing
