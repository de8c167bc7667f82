// Where entries go that can never be synced: nothing is thrown away.
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "net/limited_log.hpp"
#include "redis/dead_letter_queue.hpp"
#include "shared/webhook_entry.hpp"
#include "sync/buried.hpp"
#include "sync/counters.hpp"
#include "sync/entry_fault.hpp"
#include "sync/outcome_log.hpp"

namespace syncing {

class DeadLetters {
public:
    DeadLetters(redis::DeadLetterQueue& queue, Counters& counters, std::shared_ptr<spdlog::logger> log);

    // `label`: what the log calls the entry. The letter keeps the fault's reason, attempts, status and body.
    // `told`: what the timeline says of it, but for the outcome.
    // An entry that is gone from the stream was moved before, and does not count again. Throws redis::Error.
    boost::asio::awaitable<void> bury(shared::WebhookEntry entry, std::string label, EntryFault fault,
                                      rules::TimelineEntry told);

    // What waits there, whoever buried it; as last seen, with those that were buried since.
    const Buried& buried() const noexcept { return buried_; }

    // So it is in Redis; says when that begins and when it is over.
    void see(const Buried& buried);

private:
    redis::DeadLetterQueue& queue_;
    Counters& counters_;
    std::shared_ptr<spdlog::logger> log_;
    net::LimitedLog limited_log_;
    OutcomeLog outcomes_;
    Buried buried_;
};

}  // namespace syncing
