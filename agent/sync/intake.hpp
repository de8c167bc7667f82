// What becomes of entries that were read: work for a person's lane, a dead letter, or nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "net/limited_log.hpp"
#include "redis/entry_queue.hpp"
#include "sync/calendly_lookup.hpp"
#include "sync/counters.hpp"
#include "sync/dead_letters.hpp"
#include "sync/lanes.hpp"

namespace redis {
class UpkeepStore;
}

namespace syncing {

class Intake {
public:
    // `log_webhooks`: every body goes to the log, personal data masked.
    Intake(bool log_webhooks, redis::EntryQueue& queue, redis::UpkeepStore& upkeep, DeadLetters& dead_letters,
           CalendlyLookup& lookup, Lanes& lanes, Counters& counters, Troubles& troubles,
           std::shared_ptr<spdlog::logger> log);

    // The lanes get theirs first, so that trouble with Redis holds none of them up. Throws redis::Error; what
    // is not done with by then stays pending, and so does what Redis refuses to bury. An entry that cannot be
    // sorted for a reason that is not its own stays pending, too: an agent takes it over when it was left
    // alone for long enough, this one or another.
    boost::asio::awaitable<void> accept(redis::Read read);

private:
    struct Malformed {
        shared::WebhookEntry entry;
        EntryFault fault;
    };
    struct Leftovers {
        std::vector<std::string> ids;     // of entries that need nothing
        std::vector<std::string> probes;  // their own ids
        std::vector<Malformed> malformed;
    };

    void sort(redis::Read read, Leftovers& leftovers);
    void sort_entry(shared::WebhookEntry entry, Leftovers& leftovers);
    void note_oddities(const Item& item);
    void sort_item(Item item, Leftovers& leftovers);
    void take_probe(const shared::WebhookEntry& entry, Leftovers& leftovers);
    boost::asio::awaitable<void> note(std::vector<std::string> probes);
    boost::asio::awaitable<void> bury(Malformed malformed);

    bool log_webhooks_;
    redis::EntryQueue& queue_;
    redis::UpkeepStore& upkeep_;
    DeadLetters& dead_letters_;
    CalendlyLookup& lookup_;
    Lanes& lanes_;
    Counters& counters_;
    Troubles& troubles_;
    std::shared_ptr<spdlog::logger> log_;
    net::LimitedLog limited_log_;
};

}  // namespace syncing
