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

#include "sync/person_work.hpp"

namespace syncing {

// A lane is a person's queue of entries and the coroutine that works it off. It lives while it has entries.
// Of a long queue only the first entries are in memory; the others are read again when it is their turn.
class Lanes {
public:
    // What is worked off at once.
    struct Turn {
        std::vector<std::string> ids;
        Batch batch;  // these entries; empty when they are to be read again
    };

    // Works off one turn; what it throws ends the agent.
    using Work = std::function<boost::asio::awaitable<void>(std::string person, Turn turn)>;

    static constexpr std::size_t most_waiting = 256;  // entries in a lane's memory, and in a turn

    Lanes(boost::asio::any_io_executor executor, Work work);

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

    boost::asio::awaitable<void> work_off(std::string person);
    Turn take(const std::string& person);
    Turn take_unloaded(Lane& lane);

    boost::asio::any_io_executor executor_;
    Work work_;
    std::map<std::string, Lane> lanes_;  // by person
    std::set<std::string> held_;
    std::size_t unloaded_ = 0;  // of all lanes
};

}  // namespace syncing
