// One person at a time, also when a delivery is about two people. Webhooks go first.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "api/budget_queue.hpp"
#include "net/event.hpp"
#include "net/recall.hpp"

namespace syncing {

using api::ServiceClass;

class PersonLocks {
    // One on whom somebody works, or a webhook is to be worked on.
    struct Person {
        explicit Person(boost::asio::any_io_executor executor) : changed(std::move(executor)) {}
        bool is_free_for_history() const noexcept { return !is_locked && webhooks_waiting == 0; }

        net::Event changed;  // notified when the person is free, or a webhook waits no longer
        bool is_locked = false;
        std::size_t webhooks_waiting = 0;
        std::shared_ptr<net::Recall> recall;  // of the work that has the lock; null: it cannot be recalled
    };
    using People = std::map<std::string, std::shared_ptr<Person>>;

public:
    // Gives the people free again when it ends, which may be after the PersonLocks.
    class Lock {
    public:
        explicit Lock(std::shared_ptr<People> people) : all_(std::move(people)) {}
        Lock(Lock&&) = default;
        Lock& operator=(Lock&&) = delete;
        ~Lock();

        // Requested when a webhook waits for one of the people. Null: the lock is a webhook's.
        const std::shared_ptr<net::Recall>& recall() const noexcept { return recall_; }

    private:
        friend class PersonLocks;
        void take(const std::string& name, Person& person);

        std::shared_ptr<People> all_;
        std::set<std::string> people_;
        std::shared_ptr<net::Recall> recall_;
    };

    explicit PersonLocks(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

    // Waits until all of them are free. Webhooks take one after the other in sorted order, so that nobody
    // waits in a circle, and recall history's work. History takes all at once, so that it holds nobody while
    // it waits, and none for whom a webhook waits.
    boost::asio::awaitable<Lock> acquire(std::set<std::string> people,
                                         ServiceClass service = ServiceClass::webhook);

private:
    boost::asio::awaitable<Lock> acquire_for_webhook(std::set<std::string> people);
    boost::asio::awaitable<Lock> acquire_for_history(std::set<std::string> people);
    std::shared_ptr<Person> find(const std::string& name);
    std::shared_ptr<Person> first_in_use(const std::set<std::string>& people) const;

    boost::asio::any_io_executor executor_;
    std::shared_ptr<People> people_ = std::make_shared<People>();
};

}  // namespace syncing
