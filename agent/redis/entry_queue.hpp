// The reading side of a connector's stream: a member of the consumer group `sync`.
#pragma once

#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "shared/webhook_entry.hpp"

namespace redis {

// An entry, or what is left of one that has no body (somebody else wrote it: the edge always writes one).
struct Read {
    std::vector<shared::WebhookEntry> entries;
    std::vector<std::string> unreadable;  // ids
};

class EntryQueue {
public:
    virtual ~EntryQueue() = default;

    // Makes the stream and its group when they are not there. All throw Error.
    virtual boost::asio::awaitable<void> ensure_group() = 0;

    // At most `count` new entries; waits up to `block` for the first.
    virtual boost::asio::awaitable<Read> read_new(std::size_t count, std::chrono::milliseconds block) = 0;

    // What was handed to this consumer and is neither acknowledged nor `held`: a broken connection has lost
    // it.
    virtual boost::asio::awaitable<Read> take_back(const std::set<std::string>& held) = 0;

    // Entries of this consumer once more, without those that are acknowledged or deleted.
    virtual boost::asio::awaitable<Read> read_again(std::vector<std::string> ids) = 0;

    // At most `count` entries that some consumer has left alone for longer than `min_idle`.
    virtual boost::asio::awaitable<Read> take_over(std::size_t count, std::chrono::milliseconds min_idle) = 0;

    // Says that these are still being worked on, so that nobody takes them over.
    virtual boost::asio::awaitable<void> refresh(std::vector<std::string> ids) = 0;

    // Ends a read_new() that waits; it throws Error.
    virtual void interrupt() = 0;

    // Leaves the group, when nothing is pending for this consumer any more.
    virtual boost::asio::awaitable<void> leave() = 0;
};

}  // namespace redis
