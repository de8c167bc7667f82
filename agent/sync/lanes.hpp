// One person at a time, many people at once.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "sync/person_worker.hpp"

namespace syncing {

// A lane is a person's queue of entries and the coroutine that works it off. It lives while it has entries.
class Lanes {
public:
    // Works off one batch; what it throws ends the agent.
    using Work = std::function<boost::asio::awaitable<void>(std::string person, Batch batch)>;

    Lanes(boost::asio::any_io_executor executor, Work work);

    // Queues the entry, unless it is held already.
    void push(std::string person, Item item);

    // Entries that were pushed and are not done.
    const std::set<std::string>& held() const noexcept { return held_; }
    std::size_t size() const noexcept { return lanes_.size(); }  // people
    bool is_idle() const noexcept { return lanes_.empty(); }

    // Lets go of what has not been started.
    void abandon_waiting();

private:
    boost::asio::awaitable<void> work_off(std::string person);
    Batch take(const std::string& person);

    boost::asio::any_io_executor executor_;
    Work work_;
    std::map<std::string, Batch> lanes_;  // what waits, by person
    std::set<std::string> held_;
};

}  // namespace syncing
