// What each request to the admin API is answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "unit/sandbox/support.hpp"
#include "web/server.hpp"

namespace web_server_test {

namespace asio = boost::asio;
using boost::beast::http::status;
using http::Field;
using http::Verb;

constexpr auto nothing_here =
    "Nothing is here: the operators' page is at /, for machines there are /healthz, /readyz, /health, "
    "/metrics and "
    "/api/v1/openapi.json\n";

class AdminApi : public testing::Test {
protected:
    http::Response ask(Verb method, std::string target, std::string authorization = "",
                       std::string host = "localhost") {
        const config::Admin settings{{"127.0.0.1", 0}, token_};
        web::Server server(
            io_.get_executor(), settings, [this] { return connectors_; }, login_);
        http::Request request(method, target, 11);
        if (!authorization.empty()) request.set(Field::authorization, authorization);
        if (!host.empty()) request.set(Field::host, host);
        auto response = sandbox_test::run(io_, server.answer(std::move(request)));
        return response;
    }

    static syncing::ConnectorStatus well() {
        syncing::ConnectorStatus status;
        status.name = "calendly";
        status.redis_up = true;
        return status;
    }

    asio::io_context io_;
    std::string token_;
    web::LoginCallback login_;
    std::vector<syncing::ConnectorStatus> connectors_{well()};
};

TEST_F(AdminApi, HealthIs200WhileAllIsWell) {
    const auto response = ask(Verb::get, "/health");
    EXPECT_EQ(response.result(), status::ok);
    EXPECT_EQ(response[Field::content_type], "application/json");
    EXPECT_EQ(response.body(),
              "{\"healthy\":true,\"status\":\"healthy\",\"connectors\":{\"calendly\":{\"redis_up\":true,"
              "\"in_flight\":0,\"parked\":{},\"parked_since\":{},\"resting\":[],\"stuck\":0,"
              "\"subscription\":null,\"edge\":null,"
              "\"mapping_problem\":\"\",\"account_"
              "problem\":\"\",\"left_out\":{},"
              "\"dead_letters\":{\"count\":0,\"since\":null},\"troubles\":[]}}}\n");
}

TEST_F(AdminApi, HealthIs503InTrouble) {
    connectors_.front().redis_up = false;
    const auto response = ask(Verb::get, "/health");
    EXPECT_EQ(response.result(), status::service_unavailable);
    EXPECT_TRUE(response.body().starts_with("{\"healthy\":false,")) << response.body();
}

TEST_F(AdminApi, MetricsAreInThePrometheusTextFormat) {
    const auto response = ask(Verb::get, "/metrics");
    EXPECT_EQ(response.result(), status::ok);
    EXPECT_EQ(response[Field::content_type], "text/plain; version=0.0.4");
    EXPECT_NE(response.body().find("calendly_agent_redis_up{connector=\"calendly\"} 1\n"), std::string::npos);
}

TEST_F(AdminApi, AnotherPathIs404AndSaysWhatThereIs) {
    for (const auto* target : {"/", "/healthz", "/health/", "*"}) {
        const auto response = ask(Verb::get, target);
        EXPECT_EQ(response.result(), status::not_found) << target;
        EXPECT_EQ(response.body(), nothing_here) << target;
    }
}

TEST_F(AdminApi, AnotherMethodOnAKnownPathIs405AndSaysWhichAreAllowed) {
    for (const auto method : {Verb::post, Verb::put, Verb::delete_, Verb::options, Verb::trace, Verb::patch})
        for (const auto* target : {"/health", "/metrics?x=1"}) {
            const auto response = ask(method, target);
            EXPECT_EQ(response.result(), status::method_not_allowed);
            EXPECT_EQ(response[Field::allow], "GET, HEAD");
            EXPECT_EQ(response.body(), "GET only\n");
        }
    EXPECT_EQ(ask(Verb::post, "/elsewhere").result(), status::not_found);
}

TEST_F(AdminApi, HeadIsAnsweredAsGetIs) {
    for (const auto* target : {"/health", "/metrics", "/elsewhere"}) {
        const auto get = ask(Verb::get, target), head = ask(Verb::head, target);
        EXPECT_EQ(head.result(), get.result()) << target;
        EXPECT_EQ(head[Field::content_length], get[Field::content_length]) << target;
        EXPECT_EQ(head[Field::content_type], get[Field::content_type]) << target;
    }
}

TEST_F(AdminApi, AQueryDoesNotMatterToAPath) {
    for (const auto* query :
         {"?", "?verbose", "?t=1&t=2", "?a=%zz", "?a[]=b|c", "?x=\"<>^`", "?a/b?c", "?\xff"}) {
        EXPECT_EQ(ask(Verb::get, "/health" + std::string(query)).result(), status::ok) << query;
        EXPECT_EQ(ask(Verb::get, "/healthy" + std::string(query)).result(), status::not_found) << query;
    }
}

TEST_F(AdminApi, UnderAForeignNameItIs421WhateverIsShown) {
    for (const auto* target : {"/health", "/metrics", "/elsewhere"}) {
        const auto response = ask(Verb::get, target, "", "evil.example");
        EXPECT_EQ(response.result(), status::misdirected_request) << target;
        EXPECT_NE(response.body().find("Host: evil.example is no name of this agent"), std::string::npos);
    }
    EXPECT_EQ(ask(Verb::get, "/health", "", "localhost:8719").result(), status::ok);
    token_ = "let-me-in";
    EXPECT_EQ(ask(Verb::get, "/health", "Bearer let-me-in", "agent.internal").result(),
              status::misdirected_request);
    EXPECT_EQ(ask(Verb::get, "/health", "", "evil.example").result(), status::misdirected_request);
}

TEST_F(AdminApi, WithoutANameItIs421AndSaysSo) {
    const auto response = ask(Verb::get, "/health", "", "");
    EXPECT_EQ(response.result(), status::misdirected_request);
    EXPECT_THAT(response.body(), testing::HasSubstr("Host: it is missing"));
}

TEST_F(AdminApi, WithATokenEverythingElseIs401) {
    token_ = "let-me-in";
    for (const auto* authorization : {"", "Bearer", "Bearer let-me-on", "Bearer let-me-inn", "let-me-in"}) {
        const auto response = ask(Verb::get, "/elsewhere", authorization);
        EXPECT_EQ(response.result(), status::unauthorized) << authorization;
        EXPECT_THAT(response.body(), testing::StartsWith("Authorization: it must bear admin.token"));
        EXPECT_EQ(response[Field::www_authenticate], "Bearer");
    }
    EXPECT_EQ(ask(Verb::get, "/health", "Bearer let-me-in").result(), status::ok);
}

TEST_F(AdminApi, TheLoginPageIsForEverybodyAndRepeatsNothingOfItsAddress) {
    token_ = "let-me-in";
    std::string state, query;
    auto handover = web::Handover::taken;
    login_ = [&](std::string given_state, std::string given_query) -> asio::awaitable<web::Handover> {
        state = given_state;
        query = given_query;
        co_return handover;
    };
    const std::string target = "/calendly/oauth/callback?code=c%2B1&state=s&x=%3Cscript%3E";
    const auto page = ask(Verb::get, target, "", "hooks.example.com");
    EXPECT_EQ(page.result(), status::ok);
    EXPECT_EQ(page[Field::content_type], "text/html; charset=utf-8");
    EXPECT_EQ(page[Field::cache_control], "no-store");
    EXPECT_EQ(page.body().find("script"), std::string::npos);
    EXPECT_EQ(state, "s");
    EXPECT_EQ(query, "code=c%2B1&state=s&x=%3Cscript%3E");

    handover = web::Handover::unknown;
    EXPECT_EQ(ask(Verb::get, target, "", "hooks.example.com").result(), status::not_found);
    handover = web::Handover::failed;
    EXPECT_EQ(ask(Verb::get, target, "", "hooks.example.com").result(), status::service_unavailable);
    EXPECT_EQ(ask(Verb::post, target, "", "hooks.example.com").result(), status::method_not_allowed);
}

TEST_F(AdminApi, NothingElseIsOpenedByTheLoginPage) {
    login_ = [](std::string, std::string) -> asio::awaitable<web::Handover> {
        co_return web::Handover::taken;
    };
    for (const auto* target :
         {"/health", "/calendly/oauth/callback/", "/calendly/oauth", "//calendly/oauth/callback"})
        EXPECT_EQ(ask(Verb::get, target, "", "evil.example").result(), status::misdirected_request) << target;
    token_ = "let-me-in";
    EXPECT_EQ(ask(Verb::get, "/calendly/oauth/callback/../../health").result(), status::unauthorized);
    login_ = nullptr;
    EXPECT_EQ(ask(Verb::get, "/calendly/oauth/callback?state=s").result(), status::unauthorized);
}

}  // namespace web_server_test
