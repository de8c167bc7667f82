// Where entries go that can never be synced: nothing is thrown away.
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"
#include "net/limited_log.hpp"
#include "redis/dead_letter_queue.hpp"
#include "shared/webhook_entry.hpp"
#include "sync/counters.hpp"

namespace syncing {

class DeadLetters {
public:
    DeadLetters(redis::DeadLetterQueue& queue, Counters& counters, std::shared_ptr<spdlog::logger> log);

    // `label`: what the log calls the entry. The letter keeps the failure's reason, attempts, status and
    // body. Throws redis::Error.
    boost::asio::awaitable<void> bury(shared::WebhookEntry entry, std::string label, api::ApiFailure failure);

private:
    redis::DeadLetterQueue& queue_;
    Counters& counters_;
    net::LimitedLog limited_log_;
};

}  // namespace syncing
