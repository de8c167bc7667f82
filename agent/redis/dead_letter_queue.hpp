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

class DeadLetterQueue {
public:
    virtual ~DeadLetterQueue() = default;

    // In one step: moves the entry from its stream to the dead letters. False: it is no longer in the stream,
    // and nothing is moved. A letter that was replayed keeps its first id and how often. Works when Redis has
    // no memory left. Throws Error.
    virtual boost::asio::awaitable<bool> bury(DeadLetter letter) = 0;
};

}  // namespace redis
