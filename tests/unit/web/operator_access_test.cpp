// The operators' API: who is let in, what is refused with which words, and that nothing was done then.
#include "unit/web/operator_fixture.hpp"

namespace operator_access_test {

using namespace operator_fixture;

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

}  // namespace operator_access_test
