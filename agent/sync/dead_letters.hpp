// Where entries go that can never be synced: nothing is thrown away.
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "http/api_failure.hpp"
#include "redis/store.hpp"
#include "shared/webhook_entry.hpp"
#include "sync/limited_log.hpp"
#include "sync/statistics.hpp"

namespace syncing {

class DeadLetters {
public:
    DeadLetters(redis::Store& store, Statistics& statistics, std::shared_ptr<spdlog::logger> log);

    // `label`: what the log calls the entry. The letter keeps the failure's reason, attempts, status and
    // body. Throws redis::Error.
    boost::asio::awaitable<void> bury(shared::WebhookEntry entry, std::string label,
                                      http::ApiFailure failure);

private:
    redis::Store& store_;
    Statistics& statistics_;
    LimitedLog limited_log_;
};

}  // namespace syncing
