// The operators' API: what is asked is done, and every path of the description is served.
#include "unit/web/operator_fixture.hpp"

namespace operator_api_test {

using namespace operator_fixture;

TEST_F(OperatorApi, WhatIsAskedIsDone) {
    const auto timeline = ask({Verb::get,
                               "/api/v1/connectors/sales/timeline?person=ADA%40example.com&outcome=dead",
                               {bearer_},
                               ""});
    EXPECT_EQ(timeline_.asked.person, "ada@example.com");
    EXPECT_EQ(timeline_.asked.outcome, rules::TimelineOutcome::dead);
    EXPECT_EQ(parsed(timeline).at("items").at(0).at("person"), json::value("a...@example.com"));
    EXPECT_EQ(parsed(timeline).at("cursor"), json::value(nullptr));
    const auto shown = ask({Verb::get, "/api/v1/connectors/sales/timeline?reveal=1", {bearer_}, ""});
    EXPECT_EQ(parsed(shown).at("items").at(0).at("person"), json::value("ada@example.com"));
    EXPECT_EQ(post("dead/replay", R"({"filter":{"status":400},"expect":2})").body(),
              R"({"replayed":2,"missing":[]})");
    const auto looked = post("dead/discard", R"({"ids":["1-0","7-0"],"dry_run":true})");
    EXPECT_EQ(parsed(looked).at("discarded"), json::value(1));
    EXPECT_EQ(parsed(looked).at("missing").at(0), json::value("7-0"));
    EXPECT_TRUE(parsed(looked).at("items").at(0).as_object().contains("body_base64"));
    EXPECT_EQ(letters_.discarded, 0u);
    EXPECT_EQ(parsed(post("dead/discard", R"({"filter":{},"expect":2})")).at("discarded"), json::value(2));
    const auto masked = ask({Verb::get, "/api/v1/connectors/sales/dead/1-0", {bearer_}, ""});
    EXPECT_FALSE(parsed(masked).as_object().contains("body")) << "no text, and not revealed";
    const auto paused = post("pause", R"({"reason":"Brevo moves"})");
    EXPECT_EQ(parsed(paused).at("reason"), json::value("Brevo moves"));
    EXPECT_THAT(std::string(parsed(paused).at("by").as_string()),
                StartsWith("a script with the admin token"));
    EXPECT_EQ(post("resume", "{}").body(), R"({"paused":false})");
    EXPECT_FALSE(pause_.pause_now);
    EXPECT_EQ(post("subscription/repair", "{}").body(), R"({"state":"ok","changes":["made one."]})");
    EXPECT_EQ(post("subscription/repair", "{}").result_int(), 409u);
    EXPECT_EQ(post("subscription/repair", "{}").result_int(), 502u);
    EXPECT_EQ(post("reconcile", "{}").result_int(), 202u);
    EXPECT_EQ(post("reconcile", "{}").result_int(), 409u);
}

TEST_F(OperatorApi, GroupsAreKeptForAMomentUnlessTheLettersAreOthers) {
    const std::string groups = "/api/v1/connectors/sales/dead/groups";
    const auto look = [&](const std::string& query) {
        EXPECT_EQ(ask({Verb::get, groups + query, {bearer_}, ""}).body(), R"({"items":[]})");
        return letters_.looks_at_groups;
    };
    EXPECT_EQ(look(""), 1u);
    EXPECT_EQ(look(""), 1u);
    EXPECT_EQ(look("?status=400"), 2u) << "another question";
    backlog_.found.dead_letters = 2;
    EXPECT_EQ(look(""), 3u) << "another number";
    EXPECT_EQ(look(""), 3u);
    backlog_.found.dead_since_ms = 17;
    EXPECT_EQ(look(""), 4u) << "another one is the oldest";
    EXPECT_EQ(look(""), 4u);
}

TEST_F(OperatorApi, ARedisThatDoesNotAnswerIs503) {
    letters_.is_down = true;
    const auto response = ask({Verb::get, "/api/v1/connectors/sales/dead", {bearer_}, ""});
    EXPECT_EQ(response.result_int(), 503u);
    EXPECT_THAT(response.body(), HasSubstr("cannot connect to 127.0.0.1:6379"));
    EXPECT_EQ(ask({Verb::get, "/api/v1/status", {bearer_}, ""}).result_int(), 200u);
}

TEST_F(OperatorApi, EveryPathOfTheDescriptionIsServedAndNoOther) {
    const auto description = parsed(ask({Verb::get, "/api/v1/openapi.json", {bearer_}, ""}));
    std::set<std::string> described, served;
    for (const auto& [path, operations] : description.at("paths").as_object())
        for (const auto& [method, operation] : operations.as_object())
            if (path.starts_with("/api/v1/") && path != std::string_view(web::live_path))
                described.insert(std::string(method) + " " + std::string(path));
    for (const auto& route : web::OperatorApi::routes()) {
        const auto method = to_string(route.method);
        std::string name(method.data(), method.size());
        std::ranges::transform(name, name.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
        served.insert(name + " " + std::string(route.pattern));
    }
    EXPECT_EQ(served, described);
}

}  // namespace operator_api_test
