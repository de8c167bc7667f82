// Looks again and again for what no webhook told of: one agent at a time, on a schedule, after an outage, and
// when somebody wants it (reconcile:wanted in Redis).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "config/configuration.hpp"
#include "net/limited_log.hpp"
#include "sync/connector_status.hpp"
#include "upkeep/history_world.hpp"
#include "upkeep/outage_watch.hpp"

namespace upkeep {

// What the reconciler reaches the world through.
struct ReconcilerWorld {
    calendly::AccountApi& account;
    calendly::ListingApi& listing;
    redis::PersonStore& people;
    redis::HistoryStore& store;
    net::Interruption& interruption;
    std::function<bool()> is_calendly_well;
    std::function<void()> yield_to_webhooks;
};

class Reconciler final : HistoryWatcher {
public:
    Reconciler(const config::Reconcile& settings, ReconcilerWorld world, std::shared_ptr<spdlog::logger> log);

    // Until the agent stops.
    boost::asio::awaitable<void> run();

    const syncing::ReconcileCounts& counts() const noexcept { return counts_; }

private:
    using Clock = std::chrono::steady_clock;

    void on_progress(const HistoryFigures&, Timestamp) override {}
    void on_notice(const std::string& line) override;
    void on_difference(const rules::MissedChange&, const std::string&) override {}

    std::chrono::milliseconds pause() const;
    boost::asio::awaitable<void> look();
    boost::asio::awaitable<std::string> why_due();
    boost::asio::awaitable<void> reconcile(std::string why);
    boost::asio::awaitable<bool> walk(std::function<void()> check);
    boost::asio::awaitable<void> wait_after(api::ApiFailure failure, unsigned attempts);

    config::Reconcile settings_;
    ReconcilerWorld world_;
    std::shared_ptr<spdlog::logger> log_;
    net::LimitedLog limited_log_;
    OutageWatch redis_outage_, calendly_outage_;
    bool had_outage_ = false;       // and nobody has looked since for what it cost
    Clock::time_point not_before_;  // after a run that failed
    syncing::ReconcileCounts counts_;
};

}  // namespace upkeep
