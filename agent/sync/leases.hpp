// The right to work on people: one at a time in this process, and by a lease in Redis among all agents.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"
#include "http/guard.hpp"
#include "net/event.hpp"
#include "net/interruption.hpp"
#include "net/waiting.hpp"
#include "redis/person_store.hpp"
#include "sync/person_locks.hpp"

namespace syncing {

// A person whose lease this agent has, or had until somebody else took it.
struct HeldPerson {
    redis::Lease lease;
    redis::StoredPerson stored;
    std::chrono::nanoseconds until{0};      // on a clock that goes on while the process or the machine sleeps
    std::shared_ptr<net::Recall> recall{};  // of work for history; null: it is a webhook's
};

// The failure of a piece of work whose lease was lost: it is done again.
api::ApiFailure lost_lease();

class Leases {
    using Registry = std::map<std::string, std::shared_ptr<HeldPerson>>;

public:
    // The people that a piece of work is about.
    class Hold {
    public:
        Hold(Hold&&) = default;
        Hold& operator=(Hold&&) = delete;
        ~Hold();

        bool has(const std::string& person) const { return people_.contains(person); }
        const HeldPerson& of(const std::string& person) const { return *people_.at(person); }

        // The person's lease was given back or lost; nothing more is done for that person.
        void give_up(const std::string& person);

        // Whether a write may begin: it ends before somebody else can have any of the leases.
        bool may_write() const;
        // History's is recalled as soon as a webhook waits for one of the people; when another agent has the
        // webhook, with the next renewal.
        http::Guard guard() const;

    private:
        friend class Leases;
        Hold(std::shared_ptr<Registry> registry, PersonLocks::Lock lock)
            : registry_(std::move(registry)), lock_(std::move(lock)) {}
        std::shared_ptr<Registry> registry_;
        PersonLocks::Lock lock_;
        Registry people_;
    };

    Leases(boost::asio::any_io_executor executor, redis::PersonStore& store, net::Interruption& interruption,
           net::Waiting& waiting);

    // Waits until nobody else works on any of them; webhooks wait for one after the other in sorted order, so
    // that nobody waits in a circle, and history has all of them or none. Throws redis::Error, Interrupted.
    boost::asio::awaitable<Hold> acquire(std::set<std::string> people,
                                         ServiceClass service = ServiceClass::webhook);

    // Gives back the leases that are left. When Redis fails, the leases expire by themselves.
    boost::asio::awaitable<void> release(const Hold& hold);

    // To be called more often than a lease lasts. Throws redis::Error.
    boost::asio::awaitable<void> renew();

    // Whether work for history has a lease that a webhook of another agent may wait for: then give_way() is to
    // be called soon, which asks. The event is set when there is one.
    bool holds_for_history() const;
    net::Event& held_for_history() noexcept { return held_for_history_; }
    boost::asio::awaitable<void> give_way();  // throws redis::Error

    // How many were found lost when they were to be renewed.
    std::uint64_t lost() const noexcept { return lost_; }

private:
    using Wait = std::optional<std::chrono::milliseconds>;

    using Held = std::vector<std::shared_ptr<HeldPerson>>;

    boost::asio::awaitable<void> renew(Held people);
    boost::asio::awaitable<Wait> take_all(std::set<std::string> people, Hold& hold, unsigned refusals);
    boost::asio::awaitable<Wait> take(std::string person, Hold& hold, unsigned refusals);
    boost::asio::awaitable<void> wait_and_take(std::string person, Hold& hold);
    boost::asio::awaitable<void> sleep(std::chrono::milliseconds wait);

    redis::PersonStore& store_;
    net::Interruption& interruption_;
    net::Waiting& waiting_;
    PersonLocks locks_;
    std::shared_ptr<Registry> held_ = std::make_shared<Registry>();
    net::Event held_for_history_;
    std::uint64_t lost_ = 0;
    std::minstd_rand random_{std::random_device{}()};
};

}  // namespace syncing
