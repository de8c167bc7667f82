// The one verdict: each trouble makes it bad and stands in the JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "web/health.hpp"

namespace health_test {

using api::ApiName;
using syncing::TroubleKind;
using namespace std::chrono_literals;
using testing::HasSubstr;
using web::Verdict;

syncing::ConnectorStatus well(std::string name = "calendly") {
    syncing::ConnectorStatus status;
    status.name = std::move(name);
    status.redis_up = true;
    return status;
}

std::string as_json(const syncing::ConnectorStatus& status) {
    return web::health_of({status}).json;
}

TEST(Health, AConnectorWithoutTroubleIsWell) {
    auto status = well();
    status.in_flight = 3;
    const auto health = web::health_of({status});
    EXPECT_TRUE(health.is_healthy);
    EXPECT_EQ(
        health.json,
        R"({"healthy":true,"status":"healthy","connectors":{"calendly":{"redis_up":true,"in_flight":3,)"
        R"("parked":{},"parked_since":{},"resting":[],"stuck":0,"subscription":null,"edge":null,"mapping_problem":"",)"
        R"("account_problem":"",)"
        R"("left_out":{},"dead_letters":{"count":0,"since":null},"troubles":[]}}})");
}

TEST(Health, WithoutConnectorsNothingIsWrong) {
    const auto health = web::health_of({});
    EXPECT_TRUE(health.is_healthy);
    EXPECT_EQ(health.json, R"({"healthy":true,"status":"healthy","connectors":{}})");
}

TEST(Health, ARedisThatDoesNotAnswerIsTrouble) {
    auto status = well();
    status.redis_up = false;
    EXPECT_NE(web::verdict_on(status), Verdict::healthy);
    EXPECT_THAT(as_json(status), HasSubstr(R"("redis_up":false)"));
}

TEST(Health, ASubscriptionThatDeliversNothingIsTrouble) {
    for (const auto& [state, verdict] : {std::pair{rules::SubscriptionState::missing, Verdict::unhealthy},
                                         {rules::SubscriptionState::disabled, Verdict::unhealthy},
                                         {rules::SubscriptionState::wrong_scope, Verdict::degraded},
                                         {rules::SubscriptionState::wrong_events, Verdict::degraded},
                                         {rules::SubscriptionState::duplicate, Verdict::degraded},
                                         {rules::SubscriptionState::retrying, Verdict::healthy},
                                         {rules::SubscriptionState::ok, Verdict::healthy}}) {
        auto status = well();
        status.watch.emplace().subscription = state;
        EXPECT_EQ(web::verdict_on(status), verdict) << to_string(state);
        EXPECT_THAT(as_json(status), HasSubstr("\"subscription\":\"" + std::string(to_string(state)) +
                                               "\",\"edge\":\"unknown\""));
    }
}

TEST(Health, AnEdgeThatLeadsToNoAgentIsTrouble) {
    auto status = well();
    status.watch.emplace();
    status.watch->edge = rules::EdgeState::ok;
    EXPECT_EQ(web::verdict_on(status), Verdict::healthy);
    status.watch->edge = rules::EdgeState::doubtful;
    EXPECT_EQ(web::verdict_on(status), Verdict::degraded);
    status.watch->edge = rules::EdgeState::broken;
    status.watch->edge_problem = "answered 401";
    EXPECT_EQ(web::verdict_on(status), Verdict::unhealthy);
    EXPECT_THAT(as_json(status), HasSubstr(R"("edge":"answered 401")"));
}

TEST(Health, AParkedApiIsTroubleAndSaysWhyAndSinceWhen) {
    for (const auto api : api::all_apis) {
        auto status = well();
        status.apis.of(api).parked = "GET /users/me: 401";
        status.apis.of(api).parked_since =
            std::chrono::sys_days(std::chrono::year(2026) / 11 / 28) + std::chrono::hours(2);
        EXPECT_NE(web::verdict_on(status), Verdict::healthy);
        EXPECT_THAT(as_json(status),
                    HasSubstr("\"parked\":{\"" + std::string(to_string(api)) + "\":\"GET /users/me: 401\"}"));
        EXPECT_THAT(as_json(status), HasSubstr("\"parked_since\":{\"" + std::string(to_string(api)) +
                                               "\":\"2026-11-28T02:00:00"));
    }
}

TEST(Health, AnApiThatIsTriedNowAndThenIsTrouble) {
    for (const auto api : api::all_apis) {
        auto status = well();
        status.apis.of(api).is_resting = true;
        EXPECT_NE(web::verdict_on(status), Verdict::healthy);
        EXPECT_THAT(as_json(status), HasSubstr("\"resting\":[\"" + std::string(to_string(api)) + "\"]"));
    }
}

TEST(Health, WorkWhoseCallsFailAgainAndAgainIsTroubleThoughOthersSucceed) {
    auto status = well();
    status.apis.of(ApiName::brevo_contacts).stuck = 2;
    EXPECT_EQ(web::verdict_on(status), Verdict::degraded);
    EXPECT_THAT(as_json(status), HasSubstr(R"("stuck":2)"));
}

TEST(Health, WhatTheBrevoAccountLacksIsTrouble) {
    auto status = well();
    status.mapping_problem = "attributes that the Brevo account lacks: MEETING_HOST";
    EXPECT_NE(web::verdict_on(status), Verdict::healthy);
    EXPECT_THAT(as_json(status), HasSubstr("lacks: MEETING_HOST"));
}

TEST(Health, ValuesThatWereLeftOutAreCountedAndNoTrouble) {
    auto status = well();
    status.counters.fallbacks = {{{syncing::Fallback::attribute_refused, "SMS"}, 2},
                                 {{syncing::Fallback::value_left_out, "SIZE: not a number"}, 1},
                                 {{syncing::Fallback::event_copy, ""}, 5}};
    EXPECT_EQ(web::verdict_on(status), Verdict::healthy);
    EXPECT_THAT(as_json(status), HasSubstr(R"("left_out":{"attribute refused: SMS":2,)"
                                           R"("value left out: SIZE: not a number":1},)"));
}

TEST(Health, CallsThatWereRepeatedAreNoTrouble) {
    auto status = well();
    status.apis.of(ApiName::calendly).retries_for(api::RetryCause::conflict) = 7;
    EXPECT_EQ(web::verdict_on(status), Verdict::healthy);
}

TEST(Health, DeadLettersMakeItDegradedAndSaySinceWhen) {
    auto status = well();
    status.dead_letters = {2, std::chrono::system_clock::time_point(1'767'225'600s)};
    EXPECT_EQ(web::verdict_on(status), Verdict::degraded);
    EXPECT_FALSE(web::health_of({status}).is_healthy);
    EXPECT_THAT(as_json(status), HasSubstr(R"("healthy":false,"status":"degraded")"));
    EXPECT_THAT(as_json(status),
                HasSubstr(R"("dead_letters":{"count":2,"since":"2026-01-01T00:00:00.000000Z"})"));
}

TEST(Health, ABrokenKeyMakesItDegradedAndIsNamed) {
    auto status = well();
    status.troubles = {{TroubleKind::key, "calendly:{a}:lease:a...@example.com is a list", 3, {}}};
    EXPECT_EQ(web::verdict_on(status), Verdict::degraded);
    EXPECT_THAT(as_json(status), HasSubstr(R"("troubles":[{"kind":"key","cause":"calendly:{a}:lease:)"));
    EXPECT_THAT(as_json(status), HasSubstr(R"("pieces":3,"since":"1970-01-01T00:00:00.000000Z"})"));
}

TEST(Health, AMissingRightMakesItDegradedAndIsNamed) {
    auto status = well();
    status.troubles = {{TroubleKind::right, "dead letters cannot be counted: NOPERM", 1, {}}};
    EXPECT_EQ(web::verdict_on(status), Verdict::degraded);
    EXPECT_THAT(as_json(status),
                HasSubstr(R"({"kind":"right","cause":"dead letters cannot be counted: NOPERM")"));
}

TEST(Health, TroubleOfTheMachineMakesItUnhealthyWithItsOwnWords) {
    auto status = well();
    status.troubles = {{TroubleKind::machine, "Too many open files", 1, {}}};
    EXPECT_EQ(web::verdict_on(status), Verdict::unhealthy);
    EXPECT_THAT(as_json(status), HasSubstr(R"({"kind":"machine","cause":"Too many open files","pieces":1,)"));
}

TEST(Health, TheWorstConnectorIsTheVerdict) {
    auto degraded = well("one"), unhealthy = well("two");
    degraded.dead_letters.count = 1;
    unhealthy.redis_up = false;
    EXPECT_THAT(web::health_of({degraded, unhealthy, well()}).json, HasSubstr(R"("status":"unhealthy")"));
}

TEST(Health, OneConnectorInTroubleIsEnough) {
    auto troubled = well("other");
    troubled.redis_up = false;
    const auto health = web::health_of({well(), troubled, well("third")});
    EXPECT_FALSE(health.is_healthy);
    const auto connectors = boost::json::parse(health.json).at("connectors").as_object();
    EXPECT_EQ(connectors.size(), 3u);
    EXPECT_FALSE(connectors.at("other").at("redis_up").as_bool());
    EXPECT_TRUE(connectors.at("third").at("redis_up").as_bool());
}

}  // namespace health_test
