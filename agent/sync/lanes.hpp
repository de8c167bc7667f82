// One person at a time, many people at once.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "net/event.hpp"
#include "net/interruption.hpp"
#include "redis/entry_queue.hpp"
#include "redis/error.hpp"
#include "sync/batch.hpp"
#include "sync/redis_state.hpp"
#include "sync/timing.hpp"
#include "sync/troubles.hpp"

namespace syncing {

// What is done for a batch of one person's entries.
class BatchWork {
public:
    virtual ~BatchWork() = default;

    // Takes the entries from the stream to Brevo, or those that can never be synced to the dead letters. What
    // it throws is not the entries' fault: they stay pending, and doing the same again is harmless.
    virtual boost::asio::awaitable<void> process(std::string person, Batch batch) = 0;
};

// A lane is a person's queue of entries and the coroutine that works it off, turn by turn. It lives while it
// has entries. Of a long queue only the first entries are in memory; the others are read again when it is
// their turn. An entry that meets trouble of the machine again and again gets a lane of its own: if the
// trouble is with that entry, the person's others are not held up.
class Lanes {
public:
    static constexpr std::size_t most_waiting = 256;  // entries in a lane's memory, and in a turn
    static constexpr unsigned attempts_together = 3;  // in trouble; then each entry goes on by itself

    Lanes(boost::asio::any_io_executor executor, redis::EntryQueue& queue, BatchWork& work,
          net::Interruption& interruption, RedisState& redis, Troubles& troubles, const Timing& timing);

    // Queues the entry, unless it is held already.
    void push(std::string person, Item item);

    // What is pushed from now on was read together. `is_cut`: the last one's person may have more entries
    // behind it. If their lane is new, it starts when those were read, too, or after a moment, so that the
    // contact is written once for all of them.
    void begin_read(bool is_cut);

    // Entries that were pushed and are not done.
    const std::set<std::string>& held() const noexcept { return held_; }
    std::size_t loaded() const noexcept { return held_.size() - unloaded_; }  // of these, in memory
    // People who are worked on; those whose work has met trouble for long hold nobody else up.
    std::size_t size() const noexcept { return lanes_.size() - set_aside_; }

    // Lets go of what has not been started; what has been ends by itself, because what it waits for is an
    // answer with a deadline or an interrupted sleep.
    void abandon_waiting();

    // Set while nobody has anything to do.
    net::Event& idle() noexcept { return idle_; }
    // Notified whenever entries are done: there may be room for others.
    net::Event& progress() noexcept { return progress_; }

private:
    struct Lane {
        std::string person;
        Batch waiting;
        std::deque<std::string> unloaded;  // ids; these come after what waits
    };
    // What is worked off at once.
    struct Turn {
        std::vector<std::string> ids;
        Batch batch;            // these entries; empty when they are to be read again
        unsigned refusals = 0;  // by Redis, so far
    };
    using Pause = std::optional<std::chrono::milliseconds>;  // before the next attempt; nothing: done

    void enqueue(const std::string& person, Item item);
    void begin(const std::string& name, const std::string& person, Item item);
    void open(const std::string& name);
    boost::asio::awaitable<void> work_off(std::string name);
    boost::asio::awaitable<void> wait_for_rest(const std::string& name);
    boost::asio::awaitable<void> finish(std::string name, Turn& turn);
    boost::asio::awaitable<Pause> try_once(std::string person, Turn& turn, Troubles::Work& work);
    boost::asio::awaitable<bool> sleep(std::chrono::milliseconds pause, bool is_set_aside);
    boost::asio::awaitable<void> load(Turn& turn);
    bool try_part(const std::string& person, Turn& turn, Troubles::Work& work);
    std::chrono::milliseconds pause_after(const redis::Error& error, Turn& turn) const;
    Turn take(const std::string& name);
    Turn take_unloaded(Lane& lane);

    boost::asio::any_io_executor executor_;
    redis::EntryQueue& queue_;
    BatchWork& work_;
    net::Interruption& interruption_;
    RedisState& redis_;
    Troubles& troubles_;
    const Timing& timing_;
    std::map<std::string, Lane> lanes_;  // by person; of a single entry by its person and id
    std::set<std::string> held_;
    std::size_t unloaded_ = 0;   // of all lanes
    std::size_t set_aside_ = 0;  // lanes that wait after trouble, and not for the first time
    bool is_cut_ = false;
    std::string last_person_;  // whose entry was pushed last
    net::Event idle_;
    net::Event progress_;
    net::Event rest_;  // what was cut off has been read
};

}  // namespace syncing
