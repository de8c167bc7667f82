// One person at a time, many people at once.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "net/event.hpp"
#include "net/interruption.hpp"
#include "redis/entry_queue.hpp"
#include "sync/batch.hpp"
#include "sync/redis_state.hpp"
#include "sync/timing.hpp"

namespace syncing {

// What is done for a batch of one person's entries.
class BatchWork {
public:
    virtual ~BatchWork() = default;

    // Takes the entries from the stream to Brevo, or to the dead letters. Throws redis::Error and
    // Interrupted: then the entries stay pending, and doing the same again is harmless.
    virtual boost::asio::awaitable<void> process(std::string person, Batch batch) = 0;

    // Sends the entries to the dead letters. Throws redis::Error.
    virtual boost::asio::awaitable<void> refuse(Batch batch, std::string reason) = 0;
};

// A lane is a person's queue of entries and the coroutine that works it off, turn by turn. It lives while it
// has entries. Of a long queue only the first entries are in memory; the others are read again when it is
// their turn.
class Lanes {
public:
    static constexpr std::size_t most_waiting = 256;  // entries in a lane's memory, and in a turn

    Lanes(boost::asio::any_io_executor executor, redis::EntryQueue& queue, BatchWork& work,
          net::Interruption& interruption, RedisState& redis, const Timing& timing);

    // Queues the entry, unless it is held already.
    void push(std::string person, Item item);

    // Entries that were pushed and are not done.
    const std::set<std::string>& held() const noexcept { return held_; }
    std::size_t loaded() const noexcept { return held_.size() - unloaded_; }  // of these, in memory
    std::size_t size() const noexcept { return lanes_.size(); }               // people

    // Lets go of what has not been started; what has been ends by itself, because what it waits for is an
    // answer with a deadline or an interrupted sleep.
    void abandon_waiting();

    // Set while nobody has anything to do.
    net::Event& idle() noexcept { return idle_; }
    // Notified whenever entries are done: there may be room for others.
    net::Event& progress() noexcept { return progress_; }

private:
    struct Lane {
        Batch waiting;
        std::deque<std::string> unloaded;  // ids; these come after what waits
    };
    // What is worked off at once.
    struct Turn {
        std::vector<std::string> ids;
        Batch batch;  // these entries; empty when they are to be read again
        std::string mistake;
        unsigned refusals = 0;  // by Redis, so far
    };

    boost::asio::awaitable<void> work_off(std::string person);
    boost::asio::awaitable<void> finish(std::string person, Turn turn);
    enum class Try { done, again, later };
    boost::asio::awaitable<Try> try_once(std::string person, Turn& turn);
    boost::asio::awaitable<void> load(Turn& turn);
    std::chrono::milliseconds pause_after(unsigned refusals) const;
    Turn take(const std::string& person);
    Turn take_unloaded(Lane& lane);

    boost::asio::any_io_executor executor_;
    redis::EntryQueue& queue_;
    BatchWork& work_;
    net::Interruption& interruption_;
    RedisState& redis_;
    const Timing& timing_;
    std::map<std::string, Lane> lanes_;  // by person
    std::set<std::string> held_;
    std::size_t unloaded_ = 0;  // of all lanes
    net::Event idle_;
    net::Event progress_;
};

}  // namespace syncing
