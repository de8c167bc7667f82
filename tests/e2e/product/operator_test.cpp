// The operators' API of a real agent, and `status`.
#include <future>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "e2e/harness/free_port.hpp"
#include "e2e/product/letters_fixture.hpp"

namespace e2e {
namespace operator_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ProductOperator : public LettersTest {
protected:
    harness::HttpResponse ask(const std::string& method, const std::string& target,
                              const std::string& body = "", harness::Headers headers = {}) {
        if (!cookie_.empty()) headers.emplace_back("Cookie", cookie_);
        if (method != "GET") headers.emplace_back("Origin", "http://localhost");  // the harness' Host
        if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
        return harness::send_once(agent().admin_port(), {method, target, std::move(headers), body});
    }
    void sign_in() {
        const auto begun = ask("POST", "/api/v1/session", "{}");
        ASSERT_EQ(begun.status, 200u) << begun.body;
        cookie_ = begun.header("set-cookie");
        cookie_ = cookie_.substr(0, cookie_.find(';'));
    }
    json::value get(const std::string& what) {
        const auto answer = ask("GET", "/api/v1/" + what);
        EXPECT_EQ(answer.status, 200u) << answer.body;
        return json::parse(answer.body);
    }
    json::value post(const std::string& what, const std::string& body, unsigned status = 200) {
        const auto answer = ask("POST", "/api/v1/connectors/calendly/" + what, body);
        EXPECT_EQ(answer.status, status) << answer.body;
        return json::parse(answer.body);
    }

    std::string cookie_;
};

TEST_F(ProductOperator, SeesWhatBecameOfABooking) {
    start();
    wait_until_well();
    sign_in();
    sandbox().book({{"email", "ada@example.com"}});
    settle();
    const auto timeline = get("connectors/calendly/timeline?person=Ada%40example.com");
    EXPECT_EQ(text_at(timeline, "/items/0/person"), "a...@example.com");
    EXPECT_EQ(text_at(timeline, "/items/0/outcome"), "synced");
    const auto status = get("status");
    EXPECT_EQ(text_at(status, "/verdict"), "healthy") << json::serialize(status);
    EXPECT_EQ(text_at(status, "/connectors/0/backlog/entries"), "0");
    EXPECT_NE(text_at(status, "/connectors/0/last/synced_ms"), "null");
    EXPECT_EQ(text_at(status, "/connectors/0/redis/up"), "true");
    EXPECT_NE(text_at(status, "/connectors/0/rates/per/59/brevo_calls"), "0");
    EXPECT_NE(text_at(status, "/agents/0/name"), "(none)");
    EXPECT_EQ(ask("GET", "/healthz").status, 200u);
    EXPECT_EQ(ask("GET", "/readyz").status, 200u);
    EXPECT_THAT(agent().metrics(),
                HasSubstr("calendly_agent_verdict{connector=\"calendly\",verdict=\"healthy\"} 1"));
}

TEST_F(ProductOperator, ReplaysAndDiscardsDeadLetters) {
    start_with_letters({"ann@example.com", "ben@example.com", "cid@example.com"});
    sign_in();
    const auto groups = get("connectors/calendly/dead/groups");
    EXPECT_EQ(text_at(groups, "/items/0/count"), "3");
    EXPECT_EQ(text_at(get("connectors/calendly/dead/groups?q=BEN%40"), "/items/0/count"), "1");
    const auto ids = letter_ids();
    const auto list = get("connectors/calendly/dead?q=ann%40example.com&reveal=1");
    EXPECT_EQ(text_at(list, "/items/0/person"), "ann@example.com");
    const auto next = get("connectors/calendly/dead?cursor=" + ids[2]);
    EXPECT_EQ(text_at(next, "/items/0/id"), ids[1]);
    EXPECT_THAT(text_at(get("connectors/calendly/dead/" + ids[0] + "?reveal=1"), "/body"),
                HasSubstr("ann@example.com"));
    EXPECT_THAT(text_at(get("connectors/calendly/dead/" + ids[0]), "/body"),
                testing::Not(HasSubstr("ann@example.com")));
    EXPECT_EQ(text_at(post("dead/replay", R"({"filter":{"status":400},"expect":2})", 409), "/error/count"),
              "3");
    EXPECT_EQ(letter_ids().size(), 3u) << "nothing was done";
    EXPECT_EQ(text_at(post("dead/replay", R"({"ids":[")" + ids[0] + R"(","1-1"]})"), "/missing/0"), "1-1");
    settle();
    EXPECT_EQ(attribute("ann@example.com", "BOOKING_STATUS"), "booked");
    const auto seen = post("dead/discard", R"({"filter":{},"expect":2,"dry_run":true})");
    EXPECT_EQ(text_at(seen, "/discarded"), "2");
    EXPECT_EQ(letter_ids().size(), 2u);
    const auto gone = post("dead/discard", R"({"filter":{},"expect":2})");
    EXPECT_THAT(text_at(gone, "/items/0/body"), HasSubstr("ben@example.com"));
    EXPECT_TRUE(letter_ids().empty());
}

TEST_F(ProductOperator, AReasonIsReadAndComparedUpToItsLimit) {
    lay();
    const std::string begin(498, 'x'), long_one = begin + "üü and more", other = begin + "ü! and more";
    for (const auto& reason : {long_one, long_one + " of it", other, begin})
        system_->redis().client().text({"XADD", shared::dead_key("calendly"), "*", "body", "b", "reason",
                                        reason, "failed_ms", "1", "response", ""});
    system_->start_agent();
    sign_in();
    const auto cut = begin + "üü";
    const auto groups = get("connectors/calendly/dead/groups");
    EXPECT_EQ(groups.at("items").as_array().size(), 3u);
    EXPECT_EQ(text_at(groups, "/items/0/reason"), cut);
    EXPECT_EQ(text_at(groups, "/items/0/count"), "2");
    EXPECT_EQ(text_at(post("dead/replay",
                           json::serialize(json::object{{"filter", {{"reason", cut}}}, {"expect", 9}}), 409),
                      "/error/count"),
              "2");
    EXPECT_EQ(
        text_at(post("dead/replay",
                     json::serialize(json::object{{"filter", {{"reason", begin}}}, {"expect", 9}}), 409),
                "/error/count"),
        "1");
}

TEST_F(ProductOperator, PausesAndResumesAndEverybodySaysSo) {
    start();
    wait_until_well();
    sign_in();
    EXPECT_THAT(text_at(post("pause", R"({"reason":"Brevo moves"})"), "/by"), HasSubstr("from 127.0.0.1"));
    harness::wait_until([&] { return ask("GET", "/readyz").status == 503; }, "it should not be ready");
    EXPECT_EQ(ask("GET", "/healthz").status, 200u) << "and alive";
    const auto status = get("status");
    EXPECT_EQ(text_at(status, "/connectors/0/problems/0/id"), "agent.paused");
    const auto told = run({"status"});
    EXPECT_EQ(told.exit_code, 1);
    EXPECT_THAT(told.output, AllOf(HasSubstr("Brevo moves"), HasSubstr("calendly-brevo resume")));
    post("resume", "{}");
    wait_until_well();
    EXPECT_EQ(run({"status"}).exit_code, 0);
}

TEST_F(ProductOperator, StatusIsWhatTheApiSays) {
    start();
    wait_until_well();
    const auto told = run_json({"status"});
    EXPECT_EQ(text_at(told, "/verdict"), "healthy");
    EXPECT_EQ(text_at(told, "/connectors/0/name"), "calendly");
    sign_in();
    const auto lasting = [](json::value status) {  // but for when an agent was seen last
        for (auto& agent : status.as_object().at("agents").as_array()) agent.as_object().erase("seen_ms");
        return json::serialize(status);
    };
    EXPECT_EQ(lasting(run_json({"status"})), lasting(get("status")));
    EXPECT_EQ(agent().stop(), 0);
    const auto silent = run({"status"});
    EXPECT_EQ(silent.exit_code, 3);
    EXPECT_THAT(silent.errors, HasSubstr("no agent answers at http://127.0.0.1:"));
}

TEST_F(ProductOperator, ARedisThatIsDownIsSaidSinceWhenAndTheAgentIsAlive) {
    allow_error("Redis");
    start();
    wait_until_well();
    sign_in();
    system_->redis().stop();
    harness::wait_until(
        [&] { return text_at(get("status"), "/connectors/0/problems/0/id") == "redis.reachable"; },
        "Redis should be missed");
    const auto status = get("status");
    EXPECT_EQ(text_at(status, "/connectors/0/redis/up"), "false");
    EXPECT_NE(text_at(status, "/connectors/0/redis/since_ms"), "null");
    EXPECT_EQ(text_at(status, "/connectors/0/backlog/entries"), "null");
    EXPECT_EQ(ask("GET", "/healthz").status, 200u);
    EXPECT_EQ(ask("GET", "/readyz").status, 503u);
    EXPECT_EQ(ask("GET", "/api/v1/connectors/calendly/dead").status, 503u);
    system_->redis().start();
    wait_until_well();
}

TEST_F(ProductOperator, WithARefusedKeyTheAgentIsAliveAndNotReady) {
    expect_error("parked");
    start();
    wait_until_well();
    sandbox().fault("brevo", {}, {{"status", 401}}, -1);
    sandbox().book({{"email", "ada@example.com"}});
    harness::wait_until([&] { return ask("GET", "/readyz").status == 503; }, "Brevo should be missed");
    EXPECT_EQ(ask("GET", "/healthz").status, 200u);
    const auto ready = json::parse(ask("GET", "/readyz").body);
    EXPECT_EQ(text_at(ready, "/ready"), "false");
    EXPECT_EQ(text_at(ready, "/connectors/0/ready"), "false");
    EXPECT_THAT(json::serialize(ready), HasSubstr("401"));
}

TEST_F(ProductOperator, AWatchedStatusIsPrintedAgainUntilCtrlC) {
    start();
    wait_until_well();
    const auto output = system_->folder() / "watch.output";
    harness::Process watch(
        {harness::AgentProcess::program(), "status", "--watch", "--config", system_->write_configuration()},
        output);
    std::string first;
    harness::wait_until([&] { return (first = harness::read_file(output)).ends_with('\n'); },
                        "it should be printed");
    const auto headline = first.substr(0, first.find('\n'));
    EXPECT_THAT(headline, HasSubstr("healthy"));
    harness::wait_until([&] { return harness::read_file(output).find(headline, 1) != std::string::npos; },
                        "it should be printed again");
    EXPECT_EQ(watch.stop(SIGINT), 0);
    EXPECT_THAT(harness::read_file(output), Not(HasSubstr("\x1b"))) << "a file is no screen to clear";
}

TEST_F(ProductOperator, NewsAreToldAsTheyHappenAndGoOnWhereTheyBrokeOff) {
    start();
    wait_until_well();
    sign_in();
    std::string heard;
    {
        namespace asio = boost::asio;
        asio::io_context io;
        asio::ip::tcp::socket socket(io);
        socket.connect({asio::ip::address_v4::loopback(), agent().admin_port()});
        const std::string request =
            "GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(agent().admin_port()) +
            "\r\nCookie: " + cookie_ + "\r\n\r\n";
        asio::write(socket, asio::buffer(request));
        const auto hear = [&](const std::string& part) {
            harness::wait_until(
                [&] {
                    boost::system::error_code none;
                    std::array<char, 65536> bytes;
                    socket.non_blocking(true);
                    const auto size = socket.read_some(asio::buffer(bytes), none);
                    heard.append(bytes.data(), size);
                    return heard.find(part) != std::string::npos;
                },
                "it should be told: " + part);
        };
        hear("event: verdict\n");
        sandbox().book({{"email", "ada@example.com"}});
        hear("event: timeline\n");
        hear("a...@example.com");
    }
    const auto at = heard.find("id: calendly:");
    ASSERT_NE(at, std::string::npos);
    const auto id = heard.substr(at + 4, heard.find('\n', at) - at - 4);
    settle();
    sandbox().book({{"email", "ben@example.com"}});
    settle();
    namespace asio = boost::asio;
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::address_v4::loopback(), agent().admin_port()});
    const std::string request =
        "GET /api/v1/live?reveal=1 HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookie_ +
        "\r\nLast-Event-ID: " + id + "\r\n\r\n";
    asio::write(socket, asio::buffer(request));
    std::string again;
    socket.non_blocking(true);
    harness::wait_until(
        [&] {
            boost::system::error_code none;
            std::array<char, 65536> bytes;
            const auto size = socket.read_some(asio::buffer(bytes), none);
            again.append(bytes.data(), size);
            return again.find("ben@example.com") != std::string::npos;
        },
        "what came meanwhile should be told");
    EXPECT_EQ(again.find("ada@example.com"), std::string::npos) << "that was told before";
    EXPECT_EQ(agent().stop(), 0) << "a stream does not hold the agent up";
}

TEST_F(ProductOperator, AThousandSlowConnectionsDoNotDelayHealthz) {
    start();
    wait_until_well();
    namespace asio = boost::asio;
    asio::io_context io;
    std::vector<asio::ip::tcp::socket> slow;
    for (int i = 0; i < 1000; ++i) {
        auto& socket = slow.emplace_back(io);
        socket.connect({asio::ip::address_v4::loopback(), agent().admin_port()});
        boost::system::error_code closed;
        asio::write(socket, asio::buffer(std::string("GET /metrics HTTP/1.1\r\nX-Slow: ")), closed);
        if (i % 100 != 99) continue;
        const auto begin = std::chrono::steady_clock::now();
        EXPECT_EQ(ask("GET", "/healthz").status, 200u) << i;
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2)) << i;
    }
}

// Bytes as they are, to an agent with a token.
class ProductOperatorWire : public ProductOperator {
protected:
    void start_with_token() {
        lay();
        port_ = start_agent_with_token();
    }
    // What comes until the agent closes the connection.
    std::string answer_to(const std::string& bytes) const {
        namespace asio = boost::asio;
        asio::io_context io;
        asio::ip::tcp::socket socket(io);
        socket.connect({asio::ip::address_v4::loopback(), port_});
        boost::system::error_code closed;
        asio::write(socket, asio::buffer(bytes), closed);
        std::string answer;
        asio::read(socket, asio::dynamic_buffer(answer), closed);
        return answer;
    }

    std::uint16_t port_ = 0;
};

TEST_F(ProductOperatorWire, WhatCannotBeReadToItsEndIsRefusedWithTheRightWords) {
    start_with_token();
    const std::string pause = "POST /api/v1/connectors/calendly/pause HTTP/1.1\r\n",
                      ours = "Host: localhost\r\n", bearer = "Authorization: Bearer secret\r\n",
                      close = "Connection: close\r\n", type = "Content-Type: application/json\r\n",
                      much = "Content-Length: 70000\r\n\r\n",
                      chunks = "Transfer-Encoding: chunked\r\n\r\n11170\r\n" + std::string(70'000, ' '),
                      wide = "X-Wide: " + std::string(9000, 'x') + "\r\n\r\n";
    struct Attempt {
        const char* what;
        std::string bytes;
        const char* status;
        const char* words;
    };
    const std::vector<Attempt> attempts = {
        {"a long body", pause + ours + bearer + type + much, "413", R"("code":"too_large")"},
        {"a long body in chunks", pause + ours + bearer + type + chunks, "413",
         R"("field":"Content-Length")"},
        {"a long body without the token", pause + ours + type + much, "401", R"("field":"Authorization")"},
        {"a long body by a foreign name", pause + "Host: evil.example\r\n" + bearer + type + much, "421",
         "Host: evil.example is no name of this agent"},
        {"a long sign-in", "POST /api/v1/session HTTP/1.1\r\n" + ours + type + much, "413", "64 KiB"},
        {"a wide head", "GET /api/v1/status HTTP/1.1\r\n" + ours + bearer + wide, "431", ""},
        {"a wide head without the token", "GET /api/v1/status HTTP/1.1\r\n" + ours + wide, "401",
         R"("code":"unauthorized")"},
        {"a long body elsewhere", "POST /metrics HTTP/1.1\r\n" + ours + bearer + much, "413", ""},
        {"no request", "let me in at once, please\r\n\r\n", "400", ""},
        {"half a head, then silence", "GET /api/v1/status HTTP/1.1\r\nHos", "", ""},
        {"half a body, then silence", pause + ours + bearer + type + "Content-Length: 20\r\n\r\n{\"rea", "",
         ""},
        {"after all that", "GET /api/v1/status HTTP/1.1\r\n" + ours + bearer + close + "\r\n", "200",
         R"("verdict":)"}};
    std::vector<std::future<std::string>> answers;
    for (const auto& attempt : attempts)
        answers.push_back(std::async(std::launch::async, [&] { return answer_to(attempt.bytes); }));
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        const auto answer = answers[i].get();
        const auto expected = attempts[i].status;
        if (std::string_view(expected).empty()) {
            EXPECT_EQ(answer, "") << attempts[i].what;
        } else {
            EXPECT_THAT(answer, testing::StartsWith(std::string("HTTP/1.1 ") + expected)) << attempts[i].what;
        }
        EXPECT_THAT(answer, HasSubstr(attempts[i].words)) << attempts[i].what;
    }
    EXPECT_EQ(text_at(run_json({"status"}), "/connectors/0/paused/paused"), "false");
}

TEST_F(ProductOperator, AReconciliationIsBegunOnce) {
    start();
    wait_until_well();
    sign_in();
    EXPECT_EQ(text_at(post("reconcile", "{}", 202), "/state"), "started");
    harness::wait_until([&] { return agent().has_logged("reconciled:"); }, "it should be done");
}

}  // namespace operator_test
}  // namespace e2e
