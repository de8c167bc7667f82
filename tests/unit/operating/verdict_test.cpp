// The one verdict: its problems, their words, since when they are, and what the last hour brought.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "operating/observer.hpp"
#include "operating/status.hpp"

namespace operating_verdict_test {

using namespace std::chrono_literals;
using operating::Observer;
using operating::Problem;
using operating::SystemTime;
using operating::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;

const SystemTime noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 28) + 12h;

syncing::ConnectorStatus well(std::string name = "sales") {
    syncing::ConnectorStatus status;
    status.name = std::move(name);
    status.redis_up = true;
    return status;
}

std::string words(const boost::json::value& value, const std::string& pointer) {
    boost::system::error_code error;
    const auto* found = value.find_pointer(pointer, error);
    if (!found) return "(none)";
    return found->is_string() ? std::string(found->as_string()) : boost::json::serialize(*found);
}

std::vector<std::string> ids(const syncing::ConnectorStatus& status) {
    std::vector<std::string> all;
    for (const auto& problem : operating::problems_of(status)) all.push_back(problem.id);
    return all;
}

TEST(OperatingVerdict, NothingIsWrongWithAConnectorThatIsWell) {
    EXPECT_TRUE(operating::problems_of(well()).empty());
    EXPECT_TRUE(operating::is_ready(well()));
    EXPECT_EQ(operating::sentence_on({}, {}, 5), "All is well: bookings arrive and reach Brevo.");
}

TEST(OperatingVerdict, AParkedConnectorIsNotReadyAndSaysWhatWaitsAndWhatMendsIt) {
    auto status = well();
    status.apis.of(api::ApiName::brevo_contacts).parked = "GET /account: 401 Key not found";
    status.apis.of(api::ApiName::brevo_contacts).parked_since = noon;
    EXPECT_THAT(ids(status), ElementsAre("agent.parked"));
    EXPECT_EQ(operating::problems_of(status).front().since, noon);
    EXPECT_FALSE(operating::is_ready(status));
    const auto sentence = operating::sentence_on(operating::problems_of(status), noon, 1240);
    EXPECT_THAT(sentence, HasSubstr("Brevo's contacts is parked"));
    EXPECT_THAT(sentence,
                HasSubstr("401 Key not found, since 2026-11-28 12:00 UTC; 1240 bookings wait. Mend"));
}

TEST(OperatingVerdict, APausedConnectorIsNotReadyAndSaysWhoAndWhy) {
    auto status = well();
    status.pause = redis::Pause{"ann@ops", "Brevo moves", 1'795'860'000'000};
    const auto problems = operating::problems_of(status);
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_THAT(problems.front().sentence, HasSubstr("ann@ops: Brevo moves"));
    EXPECT_EQ(problems.front().action, operating::Action::resume);
    EXPECT_EQ(problems.front().command, "calendly-brevo resume --connector sales");
    EXPECT_FALSE(operating::is_ready(status));
}

TEST(OperatingVerdict, TheFatalProblemsComeFirst) {
    auto status = well();
    status.dead_letters = {3, noon};
    status.watch.emplace().subscription = rules::SubscriptionState::disabled;
    status.mapping_problem = "attributes that the account lacks: MEETING_HOST";
    EXPECT_THAT(ids(status), ElementsAre("calendly.subscription", "brevo.attributes", "redis.dead"));
    EXPECT_THAT(operating::sentence_on(operating::problems_of(status), noon, 0),
                HasSubstr("no booking arrives, since 2026-11-28 12:00 UTC. Repair it"));
    EXPECT_THAT(operating::sentence_on(operating::problems_of(status), noon, 0),
                HasSubstr("And 2 more problems."));
}

TEST(OperatingVerdict, DependenciesSayWhatIsWrongWithEach) {
    auto status = well();
    status.redis_up = false;
    status.redis_trouble = "cannot connect to 127.0.0.1:6379";
    status.apis.of(api::ApiName::calendly).is_resting = true;
    status.apis.of(api::ApiName::calendly).trouble = "GET /users/me: 503";
    const auto all = operating::dependencies_of(status);
    ASSERT_EQ(all.size(), 5u);
    EXPECT_EQ(all[0].state, "down");
    EXPECT_EQ(all[0].reason, "cannot connect to 127.0.0.1:6379");
    EXPECT_EQ(all[1].state, "resting");
    EXPECT_EQ(all[1].reason, "GET /users/me: 503");
    EXPECT_TRUE(all[2].is_ok);
    EXPECT_EQ(all[3].state, "unwatched");
    EXPECT_EQ(all[4].state, "unknown");
}

TEST(OperatingObserver, KnowsSinceWhenAndForgetsWhatIsOver) {
    Observer observer(noon);
    observer.look({well()}, noon + 1s);
    EXPECT_EQ(observer.connectors()[0].since, noon) << "as far as is known";
    auto parked = well();
    parked.apis.of(api::ApiName::calendly).parked = "401";
    observer.look({parked}, noon + 60s);
    observer.look({parked}, noon + 90s);
    EXPECT_EQ(observer.verdict(), Verdict::unhealthy);
    EXPECT_EQ(observer.since(), noon + 60s);
    EXPECT_EQ(observer.connectors()[0].problems[0].since, noon + 60s);
    EXPECT_EQ(observer.connectors()[0].dependencies_since[1], noon + 60s) << "Calendly";
    EXPECT_EQ(observer.connectors()[0].dependencies_since[0], noon) << "Redis";
    observer.look({well()}, noon + 100s);
    observer.look({parked}, noon + 120s);
    EXPECT_EQ(observer.connectors()[0].problems[0].since, noon + 120s) << "anew";
}

TEST(OperatingObserver, CountsByTheMinuteWithoutAHole) {
    Observer observer(noon);
    auto status = well();
    observer.look({status}, noon);
    status.counters.entries[syncing::EntryOutcome::synced] = 3;
    status.counters.pace.note_received(1);
    status.counters.pace.note_synced(
        std::chrono::duration_cast<std::chrono::milliseconds>(noon.time_since_epoch()).count(),
        std::chrono::duration_cast<std::chrono::milliseconds>(noon.time_since_epoch()).count() + 900);
    status.apis.of(api::ApiName::brevo_contacts).calls = 2;
    status.apis.of(api::ApiName::brevo_events).calls = 5;
    observer.look({status}, noon + 30s);
    observer.look({status}, noon + 3min);
    const auto& minutes = observer.connectors()[0].minutes;
    ASSERT_EQ(minutes.size(), 60u);
    const auto& first = minutes[56];
    EXPECT_EQ(first.begins, noon);
    EXPECT_EQ(first.synced, 3u);
    EXPECT_EQ(first.received, 1u);
    EXPECT_EQ(first.brevo_calls, 7u);
    EXPECT_EQ(first.worst_age_ms, 900);
    EXPECT_EQ(minutes.back().begins, noon + 3min);
    EXPECT_EQ(minutes.back().synced, 0u);
    EXPECT_EQ(minutes.back().worst_age_ms, -1);
    observer.look({well()}, noon + 4min);
    EXPECT_EQ(observer.connectors()[0].minutes.back().synced, 0u) << "the counters began anew";
}

TEST(OperatingStatus, SaysWhatWaitsOrThatItIsNotKnown) {
    Observer observer(noon);
    auto parked = well();
    parked.apis.of(api::ApiName::calendly).parked = "401";
    observer.look({parked, well("support")}, noon);
    redis::Backlog backlog;
    backlog.webhooks = 12;
    backlog.oldest_ms = 1'795'860'000'000;
    operating::StatusFacts facts{"0.1.0", {{"host-1", 1, "0.1.0"}}, {backlog, std::nullopt}};
    const boost::json::value status = operating::status_json(observer, facts);
    EXPECT_EQ(words(status, "/verdict"), "unhealthy");
    EXPECT_EQ(words(status, "/connectors/0/problems/0/waits"), "12");
    EXPECT_EQ(words(status, "/connectors/0/backlog/oldest_ms"), "1795860000000");
    EXPECT_EQ(words(status, "/connectors/0/calendly/state"), "parked");
    EXPECT_THAT(words(status, "/connectors/0/sentence"), HasSubstr("12 bookings wait"));
    EXPECT_EQ(words(status, "/connectors/1/backlog/entries"), "null");
    EXPECT_EQ(words(status, "/connectors/1/dead_letters/count"), "null");
    EXPECT_EQ(words(status, "/connectors/1/last/received_ms"), "null");
    EXPECT_EQ(words(status, "/connectors/1/calendly/since_ms"), "null");
    EXPECT_EQ(words(status, "/agents/0/name"), "host-1");
    const auto ready = operating::readiness(observer);
    EXPECT_FALSE(ready.is_ready);
    EXPECT_EQ(words(ready.json, "/connectors/0/dependencies/1/reason"), "401");
    EXPECT_EQ(words(ready.json, "/connectors/1/ready"), "true");
    EXPECT_THAT(operating::status_line(observer),
                testing::StartsWith("unhealthy: sales: Calendly is parked"));
}

}  // namespace operating_verdict_test
