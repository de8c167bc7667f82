// A person forgotten: out of every key of the connector.
#pragma once

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "net/interruption.hpp"
#include "redis/erasure.hpp"
#include "redis/history_store.hpp"
#include "redis/person_store.hpp"

namespace operating {

// How many things were found of the person and erased.
struct Forgotten {
    std::string person;
    bool is_dry_run = false;  // they were found and left
    std::size_t webhooks = 0, history = 0, dead_letters = 0;
    std::size_t timeline = 0;
    std::size_t ledger = 0;
    std::size_t leases = 0;
    std::size_t site_bookings = 0;
    std::string brevo;  // "deleted", "absent", "would_delete"; "": Brevo was not asked
};

// Somebody works on the person and does not come to an end. One line: what, and what to do.
struct StillAtWork : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct ForgetWorld {
    redis::PersonStore& people;
    redis::HistoryStore& streams;
    redis::Erasure& erasure;
    net::Interruption& interruption;
    std::chrono::milliseconds patience{60'000};  // with agents that work on the person
};

// Waits for agents that hold entries of the person: what is being worked on would be remembered again. From
// the moment when none does until all is erased nobody can begin anything about the person. Done twice it
// finds nothing. Throws StillAtWork, redis::Error, Interrupted.
boost::asio::awaitable<Forgotten> forget(ForgetWorld world, std::string email, bool is_dry_run);

}  // namespace operating
