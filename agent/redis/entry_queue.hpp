// A queue between those who learn of bookings and those who bring Brevo up to date, of webhooks or of
// history: a stream in Redis and its consumer group `sync`, seen by one member of the group.
#pragma once

#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "shared/webhook_entry.hpp"

namespace redis {

struct Read {
    std::vector<shared::WebhookEntry> entries;
    std::vector<std::string> unreadable;  // ids of entries without a body: neither edge nor agent writes such
};

// All throw Error.
class EntryQueue {
public:
    virtual ~EntryQueue() = default;

    // Adds an entry at the end and gives its id; the entry's own id does not count.
    virtual boost::asio::awaitable<std::string> append(shared::WebhookEntry entry) = 0;

    // Makes the stream and its group when they are not there.
    virtual boost::asio::awaitable<void> ensure_group() = 0;

    // At most `count` new entries; waits up to `block` for the first.
    virtual boost::asio::awaitable<Read> read_new(std::size_t count, std::chrono::milliseconds block) = 0;

    // What Redis handed to this consumer and what is neither acknowledged nor among the `held` ids: a broken
    // connection lost it on the way.
    virtual boost::asio::awaitable<Read> take_back(const std::set<std::string>& held) = 0;

    // Entries of this consumer once more, without those that are acknowledged or deleted.
    virtual boost::asio::awaitable<Read> read_again(std::vector<std::string> ids) = 0;

    // At most `count` entries that their consumer has left alone for longer than `min_idle`.
    virtual boost::asio::awaitable<Read> take_over(std::size_t count, std::chrono::milliseconds min_idle) = 0;

    // Says that these are still being worked on, so that nobody takes them over, and that this consumer is
    // alive, though there be none.
    virtual boost::asio::awaitable<void> refresh(std::vector<std::string> ids) = 0;

    // Acknowledges and deletes entries that need nothing.
    virtual boost::asio::awaitable<void> discard(std::vector<std::string> ids) = 0;

    // Ends a read_new() that waits; it throws Error.
    virtual void interrupt() = 0;

    // Leaves the group, when nothing is pending for this consumer any more.
    virtual boost::asio::awaitable<void> leave() = 0;
};

}  // namespace redis
