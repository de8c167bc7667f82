// What it takes to forget a person: what of them is where in a connector's keys, and away with it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "redis/history_store.hpp"

namespace redis {

// Whether what is found is erased, too.
enum class Erasing { yes, no };

struct ErasedEntries {
    std::size_t count = 0;
    std::size_t held = 0;  // left, because an agent holds them
};

// All throw Error; those that erase give back how many things they were.
class Erasure {
public:
    virtual ~Erasure() = default;

    // Those entries of a stream that no agent holds: whoever does has said so within `recently`. In one step:
    // none is handed out meanwhile.
    virtual boost::asio::awaitable<ErasedEntries> erase_entries(WaitingIn stream,
                                                                std::vector<std::string> ids,
                                                                std::chrono::milliseconds recently) = 0;

    virtual boost::asio::awaitable<std::size_t> timeline(std::string person, Erasing erasing) = 0;

    // What is known of the person and done about it (1 or 0).
    virtual boost::asio::awaitable<std::size_t> ledger(std::string person, Erasing erasing) = 0;

    // Leases of the person, and that somebody waits for one.
    virtual boost::asio::awaitable<std::size_t> leases(std::string person, Erasing erasing) = 0;

    // Bookings that the person made on the user's own site: `hash` is what the booking store calls them by.
    virtual boost::asio::awaitable<std::size_t> site_bookings(std::string hash, Erasing erasing) = 0;
};

}  // namespace redis
