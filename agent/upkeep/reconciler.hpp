// Looks again and again for what no webhook told of: one agent at a time, on a schedule, after an outage, and
// when somebody wants it (reconcile:wanted in Redis).
#pragma once

#include <functional>
#include <memory>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "calendly/account_api.hpp"
#include "calendly/listing_api.hpp"
#include "config/configuration.hpp"
#include "net/interruption.hpp"
#include "redis/history_store.hpp"
#include "redis/person_store.hpp"
#include "sync/connector_status.hpp"

namespace upkeep {

// What the reconciler reaches the world through.
struct ReconcilerWorld {
    calendly::AccountApi& account;
    calendly::ListingApi& listing;
    redis::PersonStore& people;
    redis::HistoryStore& store;
    net::Interruption& interruption;
    std::function<bool()> is_calendly_well;
    std::function<bool()> is_redis_well;
    std::function<bool()> is_wanted;  // somebody wants a run, as was seen some seconds ago
    std::function<void()> yield_to_webhooks;
    std::function<void(const api::ApiFailure&)> note_scopes;  // that a call was refused for want of
};

class Reconciler {
public:
    // `webhook`: the deliveries that there should have been.
    Reconciler(const config::Reconcile& settings, const config::Webhook& webhook, ReconcilerWorld world,
               std::shared_ptr<spdlog::logger> log);
    ~Reconciler();

    // Until the agent stops.
    boost::asio::awaitable<void> run();

    const syncing::ReconcileCounts& counts() const noexcept;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace upkeep
