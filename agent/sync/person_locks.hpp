// One person at a time, also when a delivery is about two people.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "net/event.hpp"

namespace syncing {

class PersonLocks {
    // A person's lock; whoever waits for the person waits until it is free.
    using Locked = std::map<std::string, std::shared_ptr<net::Event>>;

public:
    // Gives the people free again when it ends, which may be after the PersonLocks.
    class Lock {
    public:
        explicit Lock(std::shared_ptr<Locked> locked) : locked_(std::move(locked)) {}
        Lock(Lock&&) = default;
        Lock& operator=(Lock&&) = delete;
        ~Lock();

    private:
        friend class PersonLocks;
        std::shared_ptr<Locked> locked_;
        std::set<std::string> people_;
    };

    explicit PersonLocks(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

    // Waits until all of them are free; one after the other in sorted order, so that nobody waits in a
    // circle.
    boost::asio::awaitable<Lock> acquire(std::set<std::string> people);

private:
    boost::asio::any_io_executor executor_;
    std::shared_ptr<Locked> locked_ = std::make_shared<Locked>();
};

}  // namespace syncing
