// One person at a time, many people at once.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "sync/person_worker.hpp"

namespace syncing {

// A lane is a person's queue of entries and the coroutine that works it off. It lives while it has entries.
// Of a long queue only the first entries are in memory; the others are read again when it is their turn.
class Lanes {
public:
    // Works off one batch; what it throws ends the agent.
    using Work = std::function<boost::asio::awaitable<void>(std::string person, Batch batch)>;

    // Reads entries once more, in this order, without those that are gone; nothing when the agent stops.
    using Reload = std::function<boost::asio::awaitable<Batch>(std::vector<std::string> ids)>;

    static constexpr std::size_t most_loaded = 256;  // entries that wait in a lane's memory

    Lanes(boost::asio::any_io_executor executor, Work work, Reload reload);

    // Queues the entry, unless it is held already.
    void push(std::string person, Item item);

    // Entries that were pushed and are not done.
    const std::set<std::string>& held() const noexcept { return held_; }
    std::size_t loaded() const noexcept { return held_.size() - unloaded_; }  // of these, in memory
    std::size_t size() const noexcept { return lanes_.size(); }               // people
    bool is_idle() const noexcept { return lanes_.empty(); }

    // Lets go of what has not been started.
    void abandon_waiting();

private:
    struct Lane {
        Batch waiting;
        std::deque<std::string> unloaded;  // ids; these come after what waits
    };
    struct Turn {
        std::vector<std::string> ids;
        Batch batch;  // empty: to be loaded
    };

    boost::asio::awaitable<void> work_off(std::string person);
    Turn take(const std::string& person);
    Turn take_unloaded(Lane& lane);

    boost::asio::any_io_executor executor_;
    Work work_;
    Reload reload_;
    std::map<std::string, Lane> lanes_;  // by person
    std::set<std::string> held_;
    std::size_t unloaded_ = 0;  // of all lanes
};

}  // namespace syncing
