// The flow of one connector, wired: entries from the streams of webhooks and of history to lanes, people
// settled, Brevo told. The README beside this file says which loop repeats what.
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "brevo/api.hpp"
#include "calendly/api.hpp"
#include "net/interruption.hpp"
#include "redis/dead_letter_queue.hpp"
#include "redis/entry_queue.hpp"
#include "redis/person_store.hpp"
#include "rules/mapping.hpp"
#include "sync/connector_status.hpp"
#include "sync/login_watch.hpp"
#include "sync/room.hpp"
#include "sync/timing.hpp"

namespace redis {
class BacklogGauge;
class PauseSwitch;
class UpkeepStore;
}  // namespace redis

namespace syncing {

// A stream of entries, and where they go.
struct StreamWorld {
    redis::EntryQueue& queue;
    redis::PersonStore& people;  // commits them
    redis::DeadLetterQueue& dead_letters;
    brevo::Api& brevo;
};

// What the flow reaches the world through. Leases are taken with the store of the webhooks.
struct World {
    net::Interruption& interruption;
    StreamWorld webhooks;
    StreamWorld history;
    redis::UpkeepStore& upkeep;
    redis::PauseSwitch& pause_switch;
    redis::BacklogGauge& backlog;
    calendly::Api& calendly;
    CallsWithin calls_within;
    CheckLogin check_login{};  // none: a personal token, which nobody renews
};

struct ConnectorSettings {
    std::string name;
    rules::Mapping mapping;
    bool create_attributes = false;  // those of the mapping that the Brevo account lacks
    bool log_webhooks = false;       // every body, and every answer that refuses, goes to the log, masked
};

class Connector {
public:
    Connector(boost::asio::any_io_executor executor, ConnectorSettings settings, World world,
              std::shared_ptr<spdlog::logger> log, Timing timing = {});
    ~Connector();

    // Until stop(), and then until everything in flight is finished.
    boost::asio::awaitable<void> run();
    void stop();

    ConnectorStatus status() const;
    const redis::Backlog& backlog() const noexcept;  // as it was last seen
    bool is_redis_up() const noexcept;
    // Whether the API is in trouble or refuses us.
    bool is_resting(api::ApiName api) const;
    // Calendly refused a call of somebody else's: what it was for want of is told with what the flow lacks.
    void note_missing_scopes(const api::ApiFailure& failure);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace syncing
