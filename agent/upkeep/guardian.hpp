// Watches over a connector's subscription: one agent at a time looks whether it is as it is wanted, whether
// the public URL leads to an agent, and whether an old signing key may go.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "net/interruption.hpp"
#include "net/limited_log.hpp"
#include "redis/upkeep_store.hpp"
#include "rules/watch_report.hpp"
#include "upkeep/edge_probe.hpp"
#include "upkeep/rotation.hpp"
#include "upkeep/subscriptions.hpp"

namespace upkeep {

struct GuardianSettings {
    std::chrono::milliseconds check_every{};
    bool repairs = false;
    std::chrono::milliseconds repair_pause{std::chrono::minutes(10)};  // at least, between two repairs
    std::chrono::milliseconds probe_every{std::chrono::hours(1)};      // while all is well
    std::chrono::milliseconds arrival_patience{std::chrono::seconds(10)};
};

class Guardian {
public:
    using Time = std::chrono::system_clock::time_point;
    // What the guardian works with.
    struct Parts {
        Subscriptions& subscriptions;
        EdgeProbe& probe;
        redis::UpkeepStore& store;
        Rotation* rotation;  // null: the file is not the agent's to change
        std::function<std::vector<std::string>()> signing_keys;   // the newest last; throws config::Error
        std::function<bool()> is_agent_slow;                      // a probe may well wait for its turn
        std::function<void(const api::ApiFailure&)> note_scopes;  // that a call was refused for want of
        std::function<Time()> clock;
    };

    Guardian(GuardianSettings settings, Parts parts, net::Interruption& interruption,
             std::shared_ptr<spdlog::logger> log);

    // Until the agent stops. Nothing that goes wrong ends it sooner.
    boost::asio::awaitable<void> run();

    // What run() does again and again. Throws redis::Error, config::Error, Interrupted.
    boost::asio::awaitable<void> turn();

    const rules::WatchReport& report() const noexcept { return report_; }

private:
    boost::asio::awaitable<bool> try_turn();
    boost::asio::awaitable<void> check();
    boost::asio::awaitable<std::optional<Seen>> look();
    boost::asio::awaitable<void> repair(Seen seen);
    boost::asio::awaitable<bool> carry_out(rules::SubscriptionPlan plan, Seen seen);
    boost::asio::awaitable<std::optional<std::string>> key_for_new_one();
    boost::asio::awaitable<void> probe();
    boost::asio::awaitable<void> judge_edge(std::vector<std::string> keys);
    boost::asio::awaitable<void> finish_rotation();
    boost::asio::awaitable<void> follow_others();
    void note_edge(rules::EdgeState state, std::string problem);
    void say_state(rules::SubscriptionState state);
    std::chrono::milliseconds lease() const;

    GuardianSettings settings_;
    Parts parts_;
    net::Interruption& interruption_;
    std::shared_ptr<spdlog::logger> log_;
    net::LimitedLog limited_log_;
    rules::WatchReport report_;
    bool is_watching_ = false;
    Time next_check_{}, next_probe_{};
};

}  // namespace upkeep
