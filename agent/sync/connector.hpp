// The flow of one connector, wired: entries from the queue to lanes, people settled, Brevo told. The README
// beside this file says which loop repeats what.
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "api/api_state.hpp"
#include "api/retry.hpp"
#include "brevo/api.hpp"
#include "calendly/api.hpp"
#include "net/interruption.hpp"
#include "net/waiting.hpp"
#include "redis/dead_letter_queue.hpp"
#include "redis/entry_queue.hpp"
#include "redis/person_store.hpp"
#include "rules/mapping.hpp"
#include "sync/brevo_account.hpp"
#include "sync/brevo_writer.hpp"
#include "sync/calendly_lookup.hpp"
#include "sync/connector_status.hpp"
#include "sync/dead_letters.hpp"
#include "sync/entry_reader.hpp"
#include "sync/intake.hpp"
#include "sync/lanes.hpp"
#include "sync/leases.hpp"
#include "sync/links.hpp"
#include "sync/membership.hpp"
#include "sync/open_work.hpp"
#include "sync/person_work.hpp"
#include "sync/redis_state.hpp"
#include "sync/settle.hpp"
#include "sync/timing.hpp"

namespace syncing {

// What the flow reaches the world through.
struct World {
    net::Interruption& interruption;
    redis::EntryQueue& queue;
    redis::PersonStore& people;
    redis::DeadLetterQueue& dead_letters;
    calendly::Api& calendly;
    brevo::Api& brevo;
    CallsWithin calls_within;
};

struct ConnectorSettings {
    std::string name;
    rules::Mapping mapping;
    bool create_attributes = false;  // those of the mapping that the Brevo account lacks
    bool log_webhooks = false;       // every body goes to the log, personal data masked
};

class Connector {
public:
    Connector(boost::asio::any_io_executor executor, ConnectorSettings settings, World world,
              std::shared_ptr<spdlog::logger> log, Timing timing = {});

    // Until stop(), and then until everything in flight is finished.
    boost::asio::awaitable<void> run();
    void stop();

    const std::string& name() const noexcept { return settings_.name; }
    ConnectorStatus status() const;

private:
    // How it is and what it has done.
    struct State {
        explicit State(std::shared_ptr<spdlog::logger> log) : redis(std::move(log)) {}
        Counters counters;
        api::ApiStates apis;
        net::Waiting waiting;
        RedisState redis;
    };
    // What Calendly is asked with.
    struct CalendlySide {
        CalendlySide(Connector& connector, const World& world, const std::shared_ptr<spdlog::logger>& log);
        api::Retry retry;
        CalendlyLookup lookup;
        Links links;
    };
    // What a person is settled with.
    struct PersonSide {
        PersonSide(boost::asio::any_io_executor executor, Connector& connector, const World& world,
                   const std::shared_ptr<spdlog::logger>& log);
        api::Retry contacts_retry;
        api::Retry events_retry;
        BrevoAccount account;
        Leases leases;
        OpenWork open_work;
        BrevoWriter writer;
        Settle settle;
        PersonWork work;
    };

    boost::asio::awaitable<void> consume();
    boost::asio::awaitable<void> watch_account();
    api::Retry make_retry(api::ApiName api, const std::shared_ptr<spdlog::logger>& log);

    ConnectorSettings settings_;
    Timing timing_;
    net::Interruption& interruption_;
    redis::EntryQueue& queue_;
    State state_;
    DeadLetters dead_letters_;
    CalendlySide calendly_;
    PersonSide people_;
    Lanes lanes_;
    Intake intake_;
    Membership membership_;
    EntryReader reader_;
};

}  // namespace syncing
