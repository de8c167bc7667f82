// What the producers of history reach the world through, and who is told how they get on.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"
#include "calendly/account_api.hpp"
#include "calendly/listing_api.hpp"
#include "net/interruption.hpp"
#include "redis/error.hpp"
#include "redis/history_store.hpp"
#include "redis/person_store.hpp"
#include "rules/missed_change.hpp"

namespace upkeep {

using calendly::Timestamp;

// The walk cannot go on. One line: what, and what to do.
struct HistoryError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct HistoryFigures {
    std::uint64_t events = 0;         // meetings that were looked at
    std::uint64_t invitees = 0;       // that were read
    std::uint64_t already_right = 0;  // invitees of whom everything is known
    std::uint64_t appended = 0;       // changes, each an entry of the stream
    std::uint64_t failed = 0;         // meetings and invitees that could not be read
};

class HistoryWatcher {
public:
    virtual ~HistoryWatcher() = default;

    // `position`: everything that starts earlier was looked at.
    virtual void on_progress(const HistoryFigures& figures, Timestamp position) = 0;
    // What somebody should know, one line without personal data.
    virtual void on_notice(const std::string& line) = 0;
    // A call was refused for want of a scope.
    virtual void on_missing_scopes(const api::ApiFailure&) {}
    // Of a walk that writes nothing.
    virtual void on_difference(const rules::MissedChange& change, const std::string& person) = 0;
};

struct HistoryWorld {
    calendly::AccountApi& account;
    calendly::ListingApi& listing;
    redis::PersonStore& people;
    redis::HistoryStore& store;
    net::Interruption& interruption;
    HistoryWatcher& watcher;
    // Waits before a call is made again. Throws when no repetition helps, or no more.
    std::function<boost::asio::awaitable<void>(api::ApiFailure failure, unsigned attempts)> wait_after;
    // Throws when another process has taken over.
    std::function<void()> check;
    std::function<Timestamp()> now;
    // Called before a call while webhooks wait for an agent.
    std::function<void()> yield_to_webhooks;
};

// Before each step. Throws Interrupted, and what check() throws.
inline void begin_step(const HistoryWorld& world) {
    if (world.interruption.is_requested()) throw net::Interrupted();
    world.check();
}

// What `call()` gives. While Redis is away it is tried again, and that is told. Throws redis::Error for what
// Redis refuses, Interrupted.
template <typename Call>
auto through_outages(HistoryWorld& world, Call call) -> decltype(call()) {
    while (true) {
        std::string trouble;
        try {
            co_return co_await call();
        } catch (const redis::Error& error) {
            if (error.is_refusal()) throw;
            trouble = error.what();
        }
        world.watcher.on_notice(trouble + "; trying again");
        co_await world.interruption.sleep(std::chrono::seconds(1));
    }
}

// The answer of `call()`, made again while the API is in trouble; or the failure that concerns this call
// alone.
template <typename Call>
auto ask(HistoryWorld& world, Call call) -> decltype(call()) {
    for (unsigned attempts = 1;; ++attempts) {
        begin_step(world);
        const auto webhooks =
            co_await through_outages(world, [&] { return world.store.waiting(redis::WaitingIn::webhooks); });
        if (webhooks > 0) world.yield_to_webhooks();
        auto answer = co_await call();
        if (!answer && !answer.error().required_scopes.empty())
            world.watcher.on_missing_scopes(answer.error());
        if (answer || answer.error().remedy == api::Remedy::give_up) co_return answer;
        co_await world.wait_after(answer.error(), attempts);
    }
}

}  // namespace upkeep
