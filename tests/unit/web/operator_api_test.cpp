// The operators' API: who is let in, what is refused with which words, and that nothing was done then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "unit/fakes/pause_switch.hpp"
#include "unit/fakes/person_store.hpp"
#include "unit/sandbox/support.hpp"
#include "web/server.hpp"

namespace operator_api_test {

namespace asio = boost::asio;
namespace json = boost::json;
using http::Field;
using http::Verb;
using testing::HasSubstr;
using testing::StartsWith;

class NoTimeline final : public redis::Timeline {
public:
    asio::awaitable<redis::TimelinePage> page(redis::TimelineFilter filter, std::string,
                                              std::size_t) override {
        asked = std::move(filter);
        redis::TimelinePage page;
        page.items.push_back(
            {"5-0", {.change_id = "c1", .event = "calendly_booked", .person = "ada@example.com"}});
        co_return page;
    }
    asio::awaitable<redis::TimelineNews> after(std::string, std::size_t) override {
        co_return redis::TimelineNews();
    }
    asio::awaitable<std::string> newest() override { co_return "0-0"; }
    redis::TimelineFilter asked;
};

class SomeLetters final : public redis::DeadLetterDesk {
public:
    asio::awaitable<redis::LetterPage> page(redis::LetterFilter, std::string, std::size_t) override {
        if (is_down) throw redis::Error(redis::Error::Kind::connection, "cannot connect to 127.0.0.1:6379");
        co_return redis::LetterPage();
    }
    asio::awaitable<std::vector<std::string>> ids(redis::LetterFilter) override {
        co_return std::vector<std::string>{"1-0", "2-0"};
    }
    asio::awaitable<std::vector<redis::LetterGroup>> groups(redis::LetterFilter) override {
        ++looks_at_groups;
        co_return std::vector<redis::LetterGroup>();
    }
    asio::awaitable<std::optional<redis::StoredLetter>> letter(std::string id) override {
        if (id != "1-0" && id != "2-0") co_return std::nullopt;
        redis::StoredLetter letter;
        letter.entry.id = id;
        letter.entry.body = "\xff no text";
        co_return letter;
    }
    asio::awaitable<redis::Replayed> replay(std::vector<std::string> ids) override {
        replayed += ids.size();
        redis::Replayed result;
        result.count = ids.size();
        co_return result;
    }
    asio::awaitable<redis::Discarded> discard(std::vector<std::string> ids) override {
        discarded += ids.size();
        redis::Discarded result;
        for (auto& id : ids) result.items.emplace_back().entry.id = std::move(id);
        co_return result;
    }
    std::size_t replayed = 0, discarded = 0, looks_at_groups = 0;
    bool is_down = false;
};

class EmptyBacklog final : public redis::BacklogGauge {
public:
    asio::awaitable<redis::Backlog> look() override { co_return found; }
    redis::Backlog found;
};

struct Sent {
    Verb method = Verb::get;
    std::string target;
    std::vector<std::pair<std::string, std::string>> fields;  // `Host` is ours unless it stands here
    std::string body;
};

class OperatorApi : public testing::Test {
protected:
    OperatorApi() : connector_{"sales", timeline_, letters_, people_, pause_, backlog_, {}, {}} {
        connector_.repair = [this] { return repair(); };
        connector_.reconcile = [this] { return reconcile(); };
        settings_.listen = {"127.0.0.1", 0};
        settings_.token = "let-me-in";
    }

    asio::awaitable<operating::Repaired> repair() {
        ++repairs_;
        if (repairs_ == 2) throw operating::UnderWay("Somebody repairs it now.");
        if (repairs_ == 3) throw operating::RepairRefused("Calendly refuses: 403.");
        co_return operating::Repaired{"ok", {"made one."}};
    }
    asio::awaitable<void> reconcile() {
        if (++reconciliations_ == 2) throw operating::UnderWay("One is under way.");
        co_return;
    }

    web::Server& server() {
        if (server_) return *server_;
        web::Operations operations{
            [this] { return std::vector{operating::OperatedPtr(&connector_, [](const auto*) {})}; },
            []() -> asio::awaitable<json::object> {
                co_return json::object{{"verdict", "healthy"}};
            },
            [] {
                return operating::Readiness{false, {{"ready", false}}};
            },
            [this] { return turned_ago_; }};
        server_.emplace(
            io_.get_executor(), settings_, [] { return std::vector<syncing::ConnectorStatus>(); },
            web::LoginCallback(), web::Desks(), std::move(operations));
        return *server_;
    }

    http::Response ask(const Sent& sent) {
        http::Request request(sent.method, sent.target, 11);
        request.set(Field::host, "127.0.0.1:8719");
        for (const auto& [name, value] : sent.fields) request.set(name, value);
        request.body() = sent.body;
        return sandbox_test::run(io_, server().answer(std::move(request)));
    }
    http::Response post(std::string target, std::string body) {
        return ask({Verb::post, "/api/v1/connectors/sales/" + target, {bearer_, json_}, std::move(body)});
    }
    static json::value parsed(const http::Response& response) { return json::parse(response.body()); }

    const std::pair<std::string, std::string> bearer_{"Authorization", "Bearer let-me-in"};
    const std::pair<std::string, std::string> json_{"Content-Type", "application/json"};
    asio::io_context io_;
    config::Admin settings_;
    NoTimeline timeline_;
    SomeLetters letters_;
    fakes::PersonStore people_;
    fakes::PauseSwitch pause_;
    EmptyBacklog backlog_;
    operating::OperatedConnector connector_;
    std::chrono::milliseconds turned_ago_{3};
    int repairs_ = 0, reconciliations_ = 0;
    std::optional<web::Server> server_;
};

TEST_F(OperatorApi, EachAttemptIsRefusedWithTheRightWords) {
    struct Attempt {
        const char* what;
        Sent sent;
        unsigned status;
        std::string code, field;
    };
    const std::string dead = "/api/v1/connectors/sales/dead", pause = "/api/v1/connectors/sales/pause";
    const std::pair<std::string, std::string> evil{"Origin", "https://evil.example"};
    const std::vector<Attempt> attempts = {
        {"a foreign host",
         {Verb::get, "/api/v1/status", {bearer_, {"Host", "evil.example"}}, ""},
         421,
         "foreign_host",
         "Host"},
        {"a foreign host with our name in it",
         {Verb::get, "/", {{"Host", "localhost.evil.example"}}, ""},
         421,
         "foreign_host",
         "Host"},
        {"a foreign host, healthz",
         {Verb::get, "/healthz", {{"Host", "evil.example"}}, ""},
         421,
         "foreign_host",
         "Host"},
        {"a foreign host, metrics with the token",
         {Verb::get, "/metrics", {bearer_, {"Host", "evil.example"}}, ""},
         421,
         "foreign_host",
         "Host"},
        {"no token", {Verb::get, "/api/v1/status", {}, ""}, 401, "unauthorized", "Authorization"},
        {"another token",
         {Verb::get, "/api/v1/status", {{"Authorization", "Bearer let-me-on"}}, ""},
         401,
         "unauthorized",
         "Authorization"},
        {"a longer token",
         {Verb::get, "/api/v1/status", {{"Authorization", "Bearer let-me-inn"}}, ""},
         401,
         "unauthorized",
         "Authorization"},
        {"no session of ours",
         {Verb::get, "/api/v1/status", {{"Cookie", "a=b; calendly_brevo_session=00"}}, ""},
         401,
         "unauthorized",
         "Cookie"},
        {"an unknown path without a token",
         {Verb::get, "/api/v1/nothing", {}, ""},
         401,
         "unauthorized",
         "Authorization"},
        {"a wrong method without a token",
         {Verb::put, "/api/v1/status", {}, ""},
         401,
         "unauthorized",
         "Authorization"},
        {"an unknown path", {Verb::get, "/api/v1/nothing", {bearer_}, ""}, 404, "not_found", ""},
        {"a path that climbs", {Verb::get, "/api/v1/../metrics", {bearer_}, ""}, 404, "not_found", ""},
        {"a wrong method", {Verb::put, "/api/v1/status", {bearer_}, ""}, 405, "method_not_allowed", ""},
        {"TRACE", {Verb::trace, dead, {bearer_}, ""}, 405, "method_not_allowed", ""},
        {"a foreign origin",
         {Verb::post, pause, {bearer_, json_, evil}, R"({"reason":"x"})"},
         403,
         "foreign_origin",
         "Origin"},
        {"the origin null",
         {Verb::post, pause, {bearer_, json_, {"Origin", "null"}}, R"({"reason":"x"})"},
         403,
         "foreign_origin",
         "Origin"},
        {"our name at another port",
         {Verb::post, pause, {bearer_, json_, {"Origin", "http://127.0.0.1:80"}}, R"({"reason":"x"})"},
         403,
         "foreign_origin",
         "Origin"},
        {"signing in from elsewhere",
         {Verb::post, "/api/v1/session", {json_, evil}, R"({"token":"let-me-in"})"},
         403,
         "foreign_origin",
         "Origin"},
        {"signing in from nowhere",
         {Verb::post, "/api/v1/session", {json_}, R"({"token":"let-me-in"})"},
         403,
         "foreign_origin",
         "Origin"},
        {"signing in without a token",
         {Verb::post, "/api/v1/session", {json_, {"Origin", "http://127.0.0.1:8719"}}, "{}"},
         401,
         "token_needed",
         "token"},
        {"signing in with another",
         {Verb::post, "/api/v1/session", {json_, {"Origin", "http://127.0.0.1:8719"}}, R"({"token":"x"})"},
         401,
         "wrong_token",
         "token"},
        {"a long body",
         {Verb::post, pause, {bearer_, json_}, std::string(70'000, ' ')},
         413,
         "too_large",
         "Content-Length"},
        {"a form",
         {Verb::post, pause, {bearer_, {"Content-Type", "text/plain"}}, R"({"reason":"x"})"},
         415,
         "unsupported_type",
         "Content-Type"},
        {"no type",
         {Verb::post, pause, {bearer_}, R"({"reason":"x"})"},
         415,
         "unsupported_type",
         "Content-Type"},
        {"no JSON", {Verb::post, pause, {bearer_, json_}, "reason"}, 400, "not_json", ""},
        {"a list", {Verb::post, pause, {bearer_, json_}, "[]"}, 400, "not_json", ""},
        {"no reason", {Verb::post, pause, {bearer_, json_}, "{}"}, 422, "invalid", "reason"},
        {"an empty reason",
         {Verb::post, pause, {bearer_, json_}, R"({"reason":""})"},
         422,
         "invalid",
         "reason"},
        {"another member",
         {Verb::post, pause, {bearer_, json_}, R"({"reason":"x","for":"1h"})"},
         422,
         "invalid",
         "for"},
        {"a parameter of a change",
         {Verb::post, pause + "?force=1", {bearer_, json_}, R"({"reason":"x"})"},
         422,
         "invalid",
         "force"},
        {"another parameter", {Verb::get, dead + "?reson=x", {bearer_}, ""}, 422, "invalid", "reson"},
        {"a parameter twice", {Verb::get, dead + "?q=a&q=b", {bearer_}, ""}, 422, "invalid", "q"},
        {"no status", {Verb::get, dead + "?status=fine", {bearer_}, ""}, 422, "invalid", "status"},
        {"no cursor of ours", {Verb::get, dead + "?cursor=next", {bearer_}, ""}, 422, "invalid", "cursor"},
        {"reveal what", {Verb::get, dead + "?reveal=yes", {bearer_}, ""}, 422, "invalid", "reveal"},
        {"no outcome",
         {Verb::get, "/api/v1/connectors/sales/timeline?outcome=fine", {bearer_}, ""},
         422,
         "invalid",
         "outcome"},
        {"both ids and filter",
         {Verb::post, dead + "/replay", {bearer_, json_}, R"({"ids":["1-0"],"filter":{},"expect":2})"},
         422,
         "invalid",
         "filter"},
        {"neither", {Verb::post, dead + "/replay", {bearer_, json_}, "{}"}, 422, "invalid", "filter"},
        {"no ids", {Verb::post, dead + "/replay", {bearer_, json_}, R"({"ids":[]})"}, 422, "invalid", "ids"},
        {"an id twice",
         {Verb::post, dead + "/replay", {bearer_, json_}, R"({"ids":["1-0","1-0"]})"},
         422,
         "invalid",
         "ids"},
        {"a number as an id",
         {Verb::post, dead + "/discard", {bearer_, json_}, R"({"ids":[1]})"},
         422,
         "invalid",
         "ids"},
        {"a filter without a count",
         {Verb::post, dead + "/discard", {bearer_, json_}, R"({"filter":{}})"},
         422,
         "invalid",
         "expect"},
        {"a filter that is none",
         {Verb::post, dead + "/discard", {bearer_, json_}, R"({"filter":{"all":true},"expect":2})"},
         422,
         "invalid",
         "all"},
        {"an unknown connector",
         {Verb::get, "/api/v1/connectors/nobody/dead", {bearer_}, ""},
         404,
         "no_such_connector",
         ""},
        {"an unknown letter", {Verb::get, dead + "/9-9", {bearer_}, ""}, 404, "no_such_dead_letter", ""},
        {"another count",
         {Verb::post, dead + "/discard", {bearer_, json_}, R"({"filter":{},"expect":3})"},
         409,
         "count_changed",
         "expect"}};
    for (const auto& attempt : attempts) {
        const auto response = ask(attempt.sent);
        ASSERT_EQ(response.result_int(), attempt.status) << attempt.what << response.body();
        const auto error = parsed(response).at("error").as_object();
        EXPECT_EQ(error.at("code"), json::value(attempt.code)) << attempt.what;
        const std::string field(error.contains("field") ? error.at("field").as_string() : json::string());
        EXPECT_EQ(field, attempt.field) << attempt.what;
        EXPECT_THAT(std::string(error.at("message").as_string()), HasSubstr(attempt.field)) << attempt.what;
        EXPECT_EQ(response[Field::cache_control], "no-store") << attempt.what;
        if (attempt.status == 401) {
            EXPECT_EQ(response[Field::www_authenticate], "Bearer") << attempt.what;
        }
    }
    EXPECT_EQ(letters_.replayed + letters_.discarded, 0u) << "nothing was done";
    EXPECT_FALSE(pause_.pause_now);
}

TEST_F(OperatorApi, AForeignOriginIsAnsweredWithThoseThatAreAccepted) {
    settings_.public_url = "https://ops.example.com";
    const auto refused =
        ask({Verb::post, "/api/v1/connectors/sales/resume", {bearer_, {"Origin", "https://a.b"}}, ""});
    const std::string message(parsed(refused).at("error").at("message").as_string());
    EXPECT_THAT(message, HasSubstr("it is https://a.b"));
    EXPECT_THAT(message, HasSubstr("http://127.0.0.1:8719 or https://ops.example.com is accepted"));
    for (const auto* origin : {"https://ops.example.com", "http://127.0.0.1:8719"})
        EXPECT_EQ(ask({Verb::post, "/api/v1/connectors/sales/resume", {bearer_, {"Origin", origin}}, ""})
                      .result_int(),
                  200u)
            << origin;
}

TEST_F(OperatorApi, ASessionBeginsWithTheTokenAndEnds) {
    settings_.public_url = "https://ops.example.com";
    const std::pair<std::string, std::string> origin{"Origin", "https://ops.example.com"},
        host{"Host", "ops.example.com"};
    const auto begun =
        ask({Verb::post, "/api/v1/session", {origin, host, json_}, R"({"token":"let-me-in"})"});
    ASSERT_EQ(begun.result_int(), 200u) << begun.body();
    EXPECT_EQ(begun.body(), R"({"token_required":true})");
    const std::string given(begun[Field::set_cookie]);
    EXPECT_THAT(given, testing::MatchesRegex(
                           "calendly_brevo_session=[0-9a-f]+; HttpOnly; SameSite=Strict; Path=/; Secure"));
    EXPECT_EQ(given.find(';'), std::string("calendly_brevo_session=").size() + 64);
    const std::pair<std::string, std::string> cookie{"Cookie", "x=y; " + given.substr(0, given.find(';'))};
    EXPECT_EQ(ask({Verb::get, "/api/v1/status", {cookie}, ""}).result_int(), 200u);
    const auto without = ask({Verb::post, "/api/v1/connectors/sales/resume", {cookie}, ""});
    EXPECT_EQ(without.result_int(), 403u) << "a session's change needs an origin";
    EXPECT_EQ(ask({Verb::post, "/api/v1/connectors/sales/resume", {cookie, origin}, ""}).result_int(), 200u);
    const auto ended = ask({Verb::delete_, "/api/v1/session", {cookie, origin}, ""});
    EXPECT_EQ(ended.result_int(), 204u);
    EXPECT_THAT(std::string(ended[Field::set_cookie]), HasSubstr("Max-Age=0"));
    EXPECT_EQ(ask({Verb::get, "/api/v1/status", {cookie}, ""}).result_int(), 401u);
}

TEST_F(OperatorApi, WithoutATokenThePageSignsInByItselfAndNobodyElseIsLetIn) {
    settings_.token.clear();
    EXPECT_EQ(ask({Verb::get, "/api/v1/status", {}, ""}).result_int(), 401u);
    EXPECT_EQ(ask({Verb::get, "/api/v1/status", {{"Authorization", "Bearer "}}, ""}).result_int(), 401u);
    const auto begun =
        ask({Verb::post, "/api/v1/session", {json_, {"Origin", "http://127.0.0.1:8719"}}, "{}"});
    ASSERT_EQ(begun.result_int(), 200u) << begun.body();
    const std::string given(begun[Field::set_cookie]);
    EXPECT_THAT(given, testing::Not(HasSubstr("Secure")));
    EXPECT_EQ(
        ask({Verb::get, "/api/v1/status", {{"Cookie", given.substr(0, given.find(';'))}}, ""}).result_int(),
        200u);
}

TEST_F(OperatorApi, ThePageAndWhatWatchesNeedNoToken) {
    const auto page = ask({Verb::get, "/", {}, ""});
    EXPECT_EQ(page.result_int(), 200u);
    EXPECT_EQ(page["Content-Security-Policy"], "frame-ancestors 'none'");
    EXPECT_EQ(page[Field::content_type], "text/html; charset=utf-8");
    EXPECT_EQ(ask({Verb::get, "/operator/main.js", {}, ""}).result_int(), 200u);
    EXPECT_EQ(ask({Verb::get, "/operator/dom.js", {}, ""}).result_int(), 200u);
    for (const auto* none : {"/operator/nothing.js", "/operator/operator.json", "/operator/..%2fbook.html"})
        EXPECT_EQ(ask({Verb::get, none, {}, ""}).result_int(), 404u) << none;
    EXPECT_EQ(ask({Verb::get, "/healthz", {}, ""}).body(), R"({"alive":true,"turned_ms_ago":3})");
    turned_ago_ = std::chrono::seconds(11);
    EXPECT_EQ(ask({Verb::get, "/healthz", {}, ""}).result_int(), 503u);
    EXPECT_EQ(ask({Verb::get, "/readyz", {}, ""}).result_int(), 503u);
    for (const auto* closed : {"/health", "/metrics", "/nothing"})
        EXPECT_EQ(ask({Verb::get, closed, {}, ""}).result_int(), 401u) << closed;
}

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

TEST(OperatorSessions, AreBoundedAndEnd) {
    web::Sessions sessions;
    const web::Sessions::Time begin{};
    const auto first = sessions.begin(begin);
    EXPECT_TRUE(sessions.touch(first, begin + std::chrono::hours(11)));
    EXPECT_TRUE(sessions.touch(first, begin + std::chrono::hours(22))) << "12 hours after its last call";
    EXPECT_FALSE(sessions.touch(first, begin + std::chrono::hours(35)));
    const auto old = sessions.begin(begin + std::chrono::hours(40));
    std::string last;
    for (std::size_t i = 0; i < web::Sessions::most; ++i)
        last = sessions.begin(begin + std::chrono::hours(41));
    EXPECT_FALSE(sessions.touch(old, begin + std::chrono::hours(41))) << "gave way";
    EXPECT_TRUE(sessions.touch(last, begin + std::chrono::hours(41)));
}

TEST(OperatorLive, APlaceIsReadBack) {
    const web::LivePlace place{{"sales", "5-1"}, {"support", "0-0"}};
    EXPECT_EQ(web::to_text(place), "sales:5-1,support:0-0");
    EXPECT_EQ(web::parse_live_place(web::to_text(place)), place);
    for (const auto* bad : {"", "5-1", "sales:", "sales:x", "sales:5-1,,", ",", "sales:5-1;support:1-1"})
        EXPECT_FALSE(web::parse_live_place(bad)) << bad;
}

}  // namespace operator_api_test
