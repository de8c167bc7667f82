// Visitors book on the user's own site: real nginx with the ready block, the agent, Redis, the sandbox's
// Calendly.
#include <map>
#include <thread>

#include "e2e/product/scheduling_fixture.hpp"

namespace e2e {
namespace product_scheduling_test {

using testing::AllOf;
using testing::HasSubstr;

class Scheduling : public SchedulingTest {};

TEST_F(Scheduling, AVisitorBooksAndTheContactIsThere) {
    open();
    const auto types = body_of(get("/v1/scheduling/event-types?connector=calendly")).as_array();
    ASSERT_EQ(types.size(), 3u);
    EXPECT_EQ(types[0].at("id"), "DISCOVERYCALL001");
    const auto token = body_of(get("/v1/scheduling/form-token?event_type=DISCOVERYCALL001"));
    const harness::Headers headers = {{"Idempotency-Key", key_},
                                      {"X-Form-Token", std::string(token.at("token").as_string())},
                                      {"Origin", origin}};
    const auto start = first_time();
    EXPECT_EQ(post("/v1/scheduling/bookings", booking(start), headers).status, 403u) << "too early";
    harness::HttpResponse made;
    harness::wait_until(
        [&] {
            made = post("/v1/scheduling/bookings", booking(start), headers);
            return made.status != 403;
        },
        "the form's token should become valid");
    ASSERT_EQ(made.status, 201u) << made.body;
    EXPECT_EQ(made.header("access-control-allow-origin"), origin);
    const auto answer = body_of(made);
    EXPECT_EQ(text_at(answer, "/start"), start);
    EXPECT_EQ(answer.at("host"), "Harriet Host");
    harness::wait_until([&] { return sandbox().contact("vera@example.org").has_value(); },
                        "the contact should be in Brevo");
    EXPECT_EQ(post("/v1/scheduling/bookings", booking(start), headers).body, made.body);
    EXPECT_EQ(posts(), 1u);
    const auto path = "/v1/scheduling/bookings/" + std::string(answer.at("id").as_string());
    const auto cancel_token = std::string(answer.at("cancel_token").as_string());
    EXPECT_EQ(body_of(get(path + "?cancel_token=" + cancel_token)).at("status"), "active");
    EXPECT_EQ(get(path + "?cancel_token=x").status, 403u);
    EXPECT_EQ(post(path + "/cancel", {{"cancel_token", "x"}}).status, 403u);
    EXPECT_EQ(post(path + "/cancel", {{"cancel_token", cancel_token}, {"reason", "ill"}}).status, 204u);
    EXPECT_EQ(post(path + "/cancel", {{"cancel_token", cancel_token}}).status, 204u) << "a second time";
    EXPECT_EQ(body_of(get(path + "?cancel_token=" + cancel_token)).at("status"), "canceled");
    EXPECT_EQ(post("/v1/scheduling/links", {{"event_type", "DISCOVERYCALL001"}}).status, 403u);
    const auto link = post("/v1/scheduling/links", {{"event_type", "DISCOVERYCALL001"}}, as_server(""));
    EXPECT_EQ(link.status, 201u) << link.body;
    for (const auto& secret : {std::string("vera@example.org"), std::string("Vera Visitor"), cancel_token,
                               key_, std::string(token.at("token").as_string())})
        EXPECT_FALSE(agent().has_logged(secret)) << secret;
}

TEST_F(Scheduling, TwoVisitorsForOneSlotAndEveryFormOfTaken) {
    open(", per_email: 10");
    const auto start = first_time();
    ASSERT_EQ(book("key-of-anna-00001", booking(start, "anna@example.org")).status, 201u);
    const auto late = book(key_, booking(start));
    EXPECT_EQ(late.status, 409u);
    const auto error = body_of(late).at("error");
    EXPECT_EQ(error.at("code"), "taken");
    EXPECT_EQ(error.at("alternatives").as_array().size(), 3u);
    EXPECT_EQ(error.at("scheduling_url"), "https://calendly.com/harriet-host/discovery-call");
    for (const auto* form : {"start_time", "already_filled", "conflict"}) {
        sandbox().post("/calendly/booking_rules", {{"taken", form}});
        const auto next = first_time(1);
        sandbox().book({{"email", "quick@example.org"}, {"start_time", next}});
        const auto answer = book(std::string("key-of-form-") + form, booking(next));
        EXPECT_EQ(answer.status, 409u) << form << " " << answer.body;
    }
}

TEST_F(Scheduling, ALostAnswerIsOneBooking) {
    open(", per_email: 10");
    sandbox().fault("calendly", {{"method", "POST"}, {"path_prefix", "/invitees"}}, {{"cut", "after"}});
    const auto made = book(key_, booking(first_time()));
    EXPECT_EQ(made.status, 201u) << made.body;
    EXPECT_EQ(posts(), 1u);
    sandbox().fault("calendly", {{"method", "POST"}, {"path_prefix", "/invitees"}}, {{"cut", "before"}});
    const auto again = book("key-of-vera-00002", booking(first_time(1)));
    EXPECT_EQ(again.status, 201u) << again.body;
    EXPECT_EQ(booked(), 2u);
}

TEST_F(Scheduling, AnAgentThatIsKilledLeavesOneBooking) {
    open(", per_email: 10");
    const auto start = first_time();
    sandbox().fault("calendly", {{"method", "POST"}, {"path_prefix", "/invitees"}}, {{"delay_ms", 2000}});
    std::jthread visitor([&] {
        try {
            book(key_, booking(start));
        } catch (const std::exception&) {  // the connection is cut
        }
    });
    harness::wait_until([&] { return has_sent(); }, "the booking should be on its way");
    agent().kill();
    visitor.join();
    system_->start_agent();
    harness::HttpResponse made;
    harness::wait_until(
        [&] {
            made = book(key_, booking(start));
            return made.status != 409 && made.status != 503;
        },
        "the next attempt should get the lock", std::chrono::seconds(60));
    EXPECT_EQ(made.status, 201u) << made.body;
    EXPECT_EQ(booked(), 1u);
}

TEST_F(Scheduling, CalendlysLimitAndItsAbsenceAreSaidWithAWayOut) {
    open();
    const auto start = first_time();
    sandbox().post("/calendly/booking_rules", {{"per_minute", 1}});
    ASSERT_EQ(book("key-of-anna-00001", booking(start, "anna@example.org")).status, 201u);
    const auto limited = book(key_, booking(first_time(1)));
    EXPECT_EQ(limited.status, 429u) << limited.body;
    EXPECT_NE(limited.header("retry-after"), "");
    EXPECT_EQ(body_of(limited).at("error").at("scheduling_url"),
              "https://calendly.com/harriet-host/discovery-call");
    sandbox().fault("calendly", {}, {{"status", 503}}, -1);
    const auto down = get("/v1/scheduling/available-times?event_type=PRODUCTDEMO00002");
    EXPECT_EQ(down.status, 503u);
    EXPECT_EQ(body_of(down).at("error").at("code"), "unavailable");
    agent().kill();
    system_->start_agent();
    const auto still = get("/v1/scheduling/available-times?event_type=DISCOVERYCALL001");
    EXPECT_EQ(still.status, 503u) << still.body;
    EXPECT_EQ(body_of(still).at("error").at("scheduling_url"),
              "https://calendly.com/harriet-host/discovery-call")
        << "the agent of now never heard of it";
    sandbox().clear_faults();
}

TEST_F(Scheduling, OnlyItsPathsAreForEverybodyAndOnlyListedOriginsMayAsk) {
    open();
    EXPECT_EQ(get("/health").status, 404u) << "nginx brings nobody there";
    for (const auto* target : {"/x/..%2fbook/calendly", "/health/..%2fv1/scheduling/bookings",
                               "/metrics/%2e%2e/book/calendly", "/book/..%2fhealth", "/book/../metrics"})
        EXPECT_EQ(get(target).status, 404u) << target << ": nor in disguise";
    const auto page = get("/book/calendly");
    EXPECT_EQ(page.status, 200u);
    EXPECT_THAT(
        page.header("content-security-policy"),
        AllOf(HasSubstr("default-src 'none'"), HasSubstr(std::string("frame-ancestors 'self' ") + origin)));
    EXPECT_EQ(get("/book/calendly", {{"If-None-Match", page.header("etag")}}).status, 304u);
    EXPECT_EQ(get("/book/calendly/demo?theme=dark").header("location"),
              "/book/calendly/PRODUCTDEMO00002?theme=dark");
    EXPECT_EQ(get("/book/other").status, 404u);
    const auto preflight = [this](const char* from) {
        return ask({"OPTIONS",
                    "/v1/scheduling/bookings",
                    {{"Origin", from}, {"Access-Control-Request-Method", "POST"}},
                    ""});
    };
    EXPECT_EQ(preflight(origin).status, 204u);
    EXPECT_THAT(preflight(origin).header("access-control-allow-headers"), HasSubstr("X-Form-Token"));
    EXPECT_EQ(preflight("https://evil.example").status, 403u);
    EXPECT_EQ(preflight("https://evil.example").header("access-control-allow-origin"), "");
    EXPECT_EQ(get("/v1/scheduling/event-types", {{"Origin", "https://evil.example"}})
                  .header("access-control-allow-origin"),
              "");
    auto headers = harness::Headers{{"Idempotency-Key", key_}, {"Origin", "https://evil.example"}};
    EXPECT_EQ(post("/v1/scheduling/bookings", booking(first_time()), headers).status, 403u);
}

TEST_F(Scheduling, HostileInputIsRefusedInWords) {
    open();
    const auto code = [this](const std::string& text) {
        return ask({"POST", "/v1/scheduling/bookings", as_server(key_), text}).status;
    };
    for (const auto* text : {"", "{", "[]", "null", "\"x\"", "{\"event_type\": \"\xff\"}"})
        EXPECT_EQ(code(text), 400u) << text;
    EXPECT_EQ(code("{}"), 422u);
    EXPECT_EQ(code(std::string(70'000, ' ')), 413u);
    EXPECT_EQ(code("{\"event_type\": \"DISCOVERYCALL001\", \"start\": []}"), 422u);
    EXPECT_EQ(code("{\"event_type\": \"../../users/me\"}"), 404u);
    EXPECT_EQ(code(std::string(60'000, '[')), 400u);
    for (const auto* target : {"/v1/scheduling/available-times",
                               "/v1/scheduling/available-times?event_type=DISCOVERYCALL001&start=%00",
                               "/v1/scheduling/available-times?event_type=DISCOVERYCALL001&end=1"})
        EXPECT_EQ(get(target).status, 422u) << target;
    EXPECT_EQ(get("/v1/scheduling/bookings/a.b").status, 403u);
    EXPECT_EQ(get("/v1/scheduling/bookings/..%2f..%2f..%2fhealth?cancel_token=x").status, 404u);
    EXPECT_EQ(get("/v1/scheduling/nothing").status, 404u);
    EXPECT_EQ(body_of(get("/v1/scheduling/nothing")).at("error").at("code"), "not_bookable");
    EXPECT_EQ(ask({"DELETE", "/v1/scheduling/bookings", {}, ""}).status, 405u);
    EXPECT_EQ(posts(), 0u);
}

TEST_F(Scheduling, BotsGetNoMoreThanTheirAddressMayAndHumansStillBook) {
    open(", per_email: 1000");
    const auto from = [this](const std::string& address, harness::HttpRequest request) {
        request.headers.emplace_back("X-Real-IP", address);
        return harness::send_once(admin_, request);
    };
    const auto tokens = [&](std::size_t count) {
        std::vector<std::string> made;
        while (made.size() < count)
            made.push_back(
                text_at(body_of(get("/v1/scheduling/form-token?event_type=DISCOVERYCALL001")), "/token"));
        return made;
    };
    const auto times =
        body_of(get("/v1/scheduling/available-times?event_type=DISCOVERYCALL001")).at("times").as_array();
    const auto all = tokens(21);
    std::this_thread::sleep_for(std::chrono::milliseconds(3100));  // then they are valid
    const auto post_as = [&](const std::string& address, const std::string& token, std::size_t number) {
        const auto start = text_at(times.at(number % times.size()), "/start");
        return from(address, {"POST",
                              "/v1/scheduling/bookings",
                              {{"Idempotency-Key", "key-of-a-bot-" + address + std::to_string(number)},
                               {"X-Form-Token", token}},
                              json::serialize(booking(start, "b" + std::to_string(number) + "@example.org"))})
            .status;
    };
    std::map<unsigned, int> answers;
    for (std::size_t i = 0; i < 1000; ++i) ++answers[post_as("203.0.113.1", i % 2 ? "forged" : all[0], i)];
    EXPECT_EQ(answers[201], 1) << "one token, one booking";
    EXPECT_EQ(answers[403], 999);
    for (std::size_t i = 0; i < 20; ++i) ++answers[post_as("203.0.113.1", all[i], 1000 + i)];
    EXPECT_EQ(answers[201], 5) << "of an address in an hour";
    EXPECT_EQ(post_as("203.0.113.2", all[20], 5000), 201u) << "a human";
    EXPECT_EQ(posts(), 6u);
}

TEST_F(Scheduling, AGroupIsNotCanceledForTheOthers) {
    open(", per_email: 10");
    const auto start = first_time(0, "GROUPWORKSHOP003");
    const auto made = book(key_, booking(start, "vera@example.org", "GROUPWORKSHOP003"));
    ASSERT_EQ(made.status, 201u) << made.body;
    const auto answer = body_of(made);
    const auto refused =
        post("/v1/scheduling/bookings/" + std::string(answer.at("id").as_string()) + "/cancel",
             {{"cancel_token", answer.at("cancel_token")}});
    EXPECT_EQ(refused.status, 409u);
    EXPECT_EQ(body_of(refused).at("error").at("cancel_url"), answer.at("cancel_url"));
}

}  // namespace product_scheduling_test
}  // namespace e2e
