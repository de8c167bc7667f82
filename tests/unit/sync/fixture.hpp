// The flow's parts on fakes: a queue, a store, dead letters, a Calendly and a Brevo in memory.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <spdlog/logger.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include "api/api_state.hpp"
#include "api/retry.hpp"
#include "net/waiting.hpp"
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
#include "sync/troubles.hpp"
#include "unit/fakes/backlog_gauge.hpp"
#include "unit/fakes/brevo_api.hpp"
#include "unit/fakes/calendly_api.hpp"
#include "unit/fakes/dead_letter_queue.hpp"
#include "unit/fakes/entry_queue.hpp"
#include "unit/fakes/pause_switch.hpp"
#include "unit/fakes/person_store.hpp"
#include "unit/fakes/upkeep_store.hpp"
#include "unit/rules/support.hpp"

namespace sync_support {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace rules_support;

inline const std::string ada = "ada@example.com";
inline const std::string bea = "bea@example.com";
inline const std::string cem = "cem@example.com";

// A webhook's body that tells what the sighting does.
inline std::string body_of(const std::string& event, const rules::Sighting& sighting) {
    const auto& [invitee, meeting] = std::tie(sighting.invitee, sighting.event);
    boost::json::object payload{{"uri", invitee.uri},
                                {"email", invitee.email},
                                {"name", invitee.name},
                                {"event", invitee.event},
                                {"timezone", invitee.timezone},
                                {"rescheduled", invitee.rescheduled},
                                {"old_invitee", nullptr},
                                {"new_invitee", nullptr},
                                {"created_at", calendly::to_string(invitee.created_at)},
                                {"updated_at", calendly::to_string(invitee.updated_at)}};
    if (!invitee.old_invitee.empty()) payload["old_invitee"] = invitee.old_invitee;
    if (!invitee.new_invitee.empty()) payload["new_invitee"] = invitee.new_invitee;
    if (invitee.cancellation)
        payload["cancellation"] = {{"canceler_type", invitee.cancellation->canceler_type},
                                   {"reason", invitee.cancellation->reason},
                                   {"created_at", calendly::to_string(*invitee.cancellation->created_at)}};
    payload["scheduled_event"] = {{"uri", meeting.uri},
                                  {"name", meeting.name},
                                  {"event_type", meeting.event_type},
                                  {"start_time", calendly::to_string(meeting.start_time.value())},
                                  {"end_time", calendly::to_string(meeting.end_time.value())}};
    return boost::json::serialize(boost::json::object{
        {"event", event}, {"created_at", calendly::to_string(sighting.at)}, {"payload", payload}});
}

inline std::string created(const rules::Sighting& booked) {
    return body_of("invitee.created", booked);
}
inline std::string canceled(const rules::Sighting& cancellation) {
    return body_of("invitee.canceled", cancellation);
}

inline rules::Sighting of_person(rules::Sighting sighting, const std::string& email) {
    sighting.invitee.email = email;
    return sighting;
}

inline rules::Mapping usual_mapping() {
    rules::Mapping mapping;
    mapping.event_mapping = {{"demo", type_uri("demo"), 11}, {"discovery", type_uri("discovery"), 10}};
    mapping.field_mapping.fields = {{"name", "FIRSTNAME"}, {"status", "BOOKING_STATUS"}};
    mapping.follow_links = rules::FollowLinks::missing;
    return mapping;
}

class SyncTest : public testing::Test {
protected:
    SyncTest() {
        for (const auto* name : {"FIRSTNAME", "BOOKING_STATUS"})
            brevo.account_attributes.push_back({name, brevo::AttributeType::text, {}});
    }

    // Runs it to its end; what it throws is thrown here.
    void run(asio::awaitable<void> work) {
        std::exception_ptr trouble;
        bool is_done = false;
        const auto on_end = [&](std::exception_ptr error) {
            trouble = error;
            is_done = true;
        };
        asio::co_spawn(io, std::move(work), on_end);
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        io.restart();
        while (!is_done && std::chrono::steady_clock::now() < deadline) io.run_one_for(1s);
        ASSERT_TRUE(is_done) << "it waits for something that does not come";
        if (trouble) std::rethrow_exception(trouble);
    }

    template <typename T>
    T result_of(asio::awaitable<T> work) {
        std::optional<T> result;
        const auto keep = [](asio::awaitable<T> inner, std::optional<T>& to) -> asio::awaitable<void> {
            to.emplace(co_await std::move(inner));
        };
        run(keep(std::move(work), result));
        return std::move(result.value());
    }

    api::Retry make_retry(api::ApiName name) {
        return api::Retry(name, apis, interruption, waiting, log,
                          {.backoff = {.first = 1ms, .longest = 2ms}, .probe_interval = 2ms});
    }

    // What the store knows of the person.
    rules::Ledger ledger_of(const std::string& person) {
        return rules::parse_ledger(people.people[person].ledger);
    }

    asio::io_context io;
    std::shared_ptr<spdlog::logger> log = std::make_shared<spdlog::logger>("nowhere");
    net::Interruption interruption{io.get_executor()};
    net::Waiting waiting;
    api::ApiStates apis;
    syncing::Counters counters;
    syncing::RedisState redis{log};
    syncing::Troubles troubles{{.first = 1ms, .longest = 2ms}, counters, log};
    rules::Mapping mapping = usual_mapping();

    fakes::EntryQueue queue{io.get_executor()};
    fakes::PersonStore people;
    fakes::DeadLetterQueue letters;
    fakes::UpkeepStore upkeep;
    fakes::PauseSwitch pause_switch;
    fakes::BacklogGauge backlog;
    fakes::CalendlyApi calendly;
    fakes::BrevoApi brevo;
};

// Those that settle a person, too.
class SettlingTest : public SyncTest {
protected:
    SettlingTest() { run(account.read()); }

    // A hold on the people, as if the work had begun.
    syncing::Leases::Hold hold_on(std::set<std::string> whom) {
        return result_of(leases.acquire(std::move(whom)));
    }

    api::Retry contacts_retry = make_retry(api::ApiName::brevo_contacts);
    api::Retry events_retry = make_retry(api::ApiName::brevo_events);
    syncing::BrevoAccount account{mapping, false, brevo, contacts_retry, log};
    syncing::Leases leases{io.get_executor(), people, interruption, waiting};
    syncing::OpenWork open_work{people, log};
    syncing::BrevoWriter writer{mapping,  brevo, {contacts_retry, events_retry}, account, open_work,
                                counters, log};
    syncing::Settle settle{people, open_work, writer, counters, log};
};

// Those that follow the links of entries, too.
class EntryWorkTest : public SettlingTest {
protected:
    EntryWorkTest() { brevo.calls.clear(); }

    static syncing::Batch batch_of(const std::vector<std::string>& bodies) {
        syncing::Batch batch;
        for (const auto& body : bodies) {
            shared::WebhookEntry entry;
            entry.id = std::to_string(batch.size() + 1) + "-0";
            entry.body = body;
            batch.push_back(syncing::read_item(std::move(entry)));
        }
        return batch;
    }

    api::Retry calendly_retry = make_retry(api::ApiName::calendly);
    syncing::CalendlyLookup lookup{calendly, calendly_retry, waiting, counters, log};
    syncing::Links links{lookup, rules::FollowLinks::missing, calendly.origin()};
    syncing::DeadLetters dead_letters{letters, counters, log};
};

}  // namespace sync_support
