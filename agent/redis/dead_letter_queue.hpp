// Where entries wait that can never be synced: calendly:{<connector>}:dead, a stream.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "rules/timeline_entry.hpp"
#include "shared/webhook_entry.hpp"

namespace redis {

struct DeadLetter {
    shared::WebhookEntry entry;
    std::string reason;
    unsigned attempts = 1;
    std::string response;             // status and body of the answer that refused it, "" when there was none
    rules::TimelineEntry timeline{};  // but for outcome, reason and time
};

struct Buried {
    std::uint64_t count = 0;
    std::chrono::system_clock::time_point since;  // of the oldest one
};

class DeadLetterQueue {
public:
    virtual ~DeadLetterQueue() = default;

    // In one step: moves the entry from its stream to the dead letters. False: it is no longer in the stream,
    // and nothing is moved. A letter that was replayed keeps its first id and how often. Works when Redis has
    // no memory left. Throws Error.
    virtual boost::asio::awaitable<bool> bury(DeadLetter letter) = 0;

    // What waits there. Throws Error; MissingRight when it is the user who may not look.
    virtual boost::asio::awaitable<Buried> buried() = 0;
};

}  // namespace redis
