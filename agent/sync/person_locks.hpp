// One person at a time, also when a delivery is about two people.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace syncing {

class PersonLocks {
public:
    // Gives the people free again when it ends.
    class Lock {
    public:
        explicit Lock(PersonLocks& owner) : owner_(&owner) {}
        Lock(Lock&& other) noexcept
            : owner_(std::exchange(other.owner_, nullptr)), people_(std::move(other.people_)) {}
        Lock& operator=(Lock&&) = delete;
        ~Lock();

    private:
        friend class PersonLocks;
        PersonLocks* owner_;
        std::set<std::string> people_;
    };

    explicit PersonLocks(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

    // Waits until all of them are free; one after the other in sorted order, so that nobody waits in a
    // circle.
    boost::asio::awaitable<Lock> acquire(std::set<std::string> people);

private:
    boost::asio::any_io_executor executor_;
    std::map<std::string, boost::asio::steady_timer>
        locked_;  // whoever waits for a person waits for the timer's end
};

}  // namespace syncing
