// What becomes of entries that were read: work for a person's lane, a dead letter, or nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "config/configuration.hpp"
#include "net/limited_log.hpp"
#include "redis/entry_queue.hpp"
#include "redis/person_store.hpp"
#include "sync/calendly_lookup.hpp"
#include "sync/counters.hpp"
#include "sync/dead_letters.hpp"
#include "sync/lanes.hpp"

namespace syncing {

class Intake {
public:
    Intake(const config::Connector& connector, redis::PersonStore& store, DeadLetters& dead_letters,
           CalendlyLookup& lookup, Lanes& lanes, Counters& counters, std::shared_ptr<spdlog::logger> log);

    // The lanes first: trouble with Redis then holds none of them up. Throws redis::Error; what is not done
    // with by then stays pending, and so does what Redis refuses to bury.
    boost::asio::awaitable<void> accept(redis::Read read);

private:
    struct Malformed {
        shared::WebhookEntry entry;
        std::string reason;
    };
    struct Leftovers {
        std::vector<std::string> ids;  // of entries that need nothing
        std::vector<Malformed> malformed;
    };

    void sort(redis::Read read, Leftovers& leftovers);
    void sort_entry(shared::WebhookEntry entry, Leftovers& leftovers);
    boost::asio::awaitable<void> bury(Malformed malformed);

    const config::Connector& connector_;
    redis::PersonStore& store_;
    DeadLetters& dead_letters_;
    CalendlyLookup& lookup_;
    Lanes& lanes_;
    Counters& counters_;
    std::shared_ptr<spdlog::logger> log_;
    net::LimitedLog limited_log_;
};

}  // namespace syncing
