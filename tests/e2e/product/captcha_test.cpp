// An operator's captcha between a visitor and a booking: allowed, denied, slow, down, garbage; asked once.
#include "e2e/product/captcha_server.hpp"
#include "e2e/product/scheduling_fixture.hpp"

namespace e2e {
namespace product_captcha_test {

using testing::HasSubstr;

class Captcha : public SchedulingTest {
protected:
    void open_with(const std::string& more = "") { open(", verify_url: \"" + captcha_.url() + "\"" + more); }

    std::string ripe_token() {
        const auto answer = body_of(get("/v1/scheduling/form-token?event_type=DISCOVERYCALL001"));
        EXPECT_EQ(answer.at("captcha"), true);
        std::this_thread::sleep_for(std::chrono::milliseconds(3100));  // then it is valid
        return text_at(answer, "/token");
    }
    harness::HttpResponse visit(const std::string& key, const std::string& token, const json::object& body,
                                const std::string& response = "") {
        harness::Headers headers = {{"Idempotency-Key", key}, {"X-Form-Token", token}, {"Origin", origin}};
        if (!response.empty()) headers.emplace_back("X-Captcha-Response", response);
        return post("/v1/scheduling/bookings", body, headers);
    }

    CaptchaServer captcha_;
};

TEST_F(Captcha, AnOwnProgramIsAskedOnceForABookingWithTheFormsToken) {
    open_with();
    captcha_.answer(204, "");
    const auto token = ripe_token();
    const auto start = first_time();
    const auto made = visit(key_, token, booking(start), "solved");
    ASSERT_EQ(made.status, 201u) << made.body;
    EXPECT_EQ(visit(key_, token, booking(start), "solved").body, made.body);
    EXPECT_EQ(visit(key_, token, booking(start)).body, made.body);
    ASSERT_EQ(captcha_.asked().size(), 1u) << "and not for the repetitions";
    const auto asked = captcha_.asked().front();
    EXPECT_EQ(asked.target, "/verify");
    EXPECT_EQ(asked.content_type, "application/json");
    EXPECT_EQ(json::parse(asked.body), (json::value{{"token", token},
                                                    {"response", "solved"},
                                                    {"remoteip", "127.0.0.1"},
                                                    {"event_type", "DISCOVERYCALL001"}}));
    EXPECT_EQ(book("key-of-a-server01", booking(first_time(1))).status, 201u) << "a server has no captcha";
    EXPECT_EQ(captcha_.asked().size(), 1u);
}

TEST_F(Captcha, WhoDoesNotPassIsToldSoAndMayTryAgainWithTheSameKey) {
    open_with(", per_address: 1/h, per_email: 1");
    const auto token = ripe_token();
    const auto start = first_time();
    for (const auto& [status, body] : {std::pair(403u, ""), std::pair(200u, "{\"success\": false}")}) {
        captcha_.answer(status, body);
        const auto denied = visit(key_, token, booking(start), "robot");
        EXPECT_EQ(denied.status, 403u) << denied.body;
        const auto error = body_of(denied).at("error");
        EXPECT_EQ(error.at("code"), "forbidden");
        EXPECT_EQ(error.at("field"), "X-Captcha-Response");
        EXPECT_EQ(error.at("scheduling_url"), "https://calendly.com/harriet-host/discovery-call");
    }
    EXPECT_EQ(posts(), 0u);
    captcha_.answer(200, "");
    EXPECT_EQ(visit(key_, token, booking(start), "solved").status, 201u) << "no limit was used up";
}

TEST_F(Captcha, OneThatIsDownSlowOrTalksNonsenseLetsNobodyBook) {
    allow_error("does not say whether a person books");
    open_with();
    const auto token = ripe_token();
    const auto start = first_time();
    const auto refused = [&](const char* what) {
        const auto answer = visit(key_, token, booking(start), "solved");
        EXPECT_EQ(answer.status, 503u) << what << ": " << answer.body;
        EXPECT_EQ(body_of(answer).at("error").at("code"), "unavailable") << what;
        EXPECT_EQ(body_of(answer).at("error").at("scheduling_url"),
                  "https://calendly.com/harriet-host/discovery-call")
            << what;
        EXPECT_EQ(answer.header("retry-after"), "30") << what;
    };
    for (const unsigned status : {500u, 502u, 404u, 429u, 302u}) {
        captcha_.answer(status, "");
        refused(std::to_string(status).c_str());
    }
    for (const auto* bytes : {"", "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"}) {
        captcha_.answer_bytes(bytes);
        refused(bytes);
    }
    captcha_.answer(204, "", std::chrono::seconds(8));
    const auto begun = std::chrono::steady_clock::now();
    refused("slow");
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(7));
    EXPECT_EQ(posts(), 0u);
    EXPECT_THAT(agent().log(), HasSubstr("does not say whether a person books"));
    captcha_.answer(204, "");
    harness::HttpResponse made;
    harness::wait_until(
        [&] {
            made = visit(key_, token, booking(start), "solved");
            return made.status != 503;
        },
        "the captcha should answer again", std::chrono::seconds(20));
    EXPECT_EQ(made.status, 201u) << made.body;
}

TEST_F(Captcha, ASiteverifyIsAskedWithItsSecret) {
    allow_error("does not say whether a person books");
    open_with(", verify_secret: \"0x&=\"");
    captcha_.answer(200, R"({"success": true, "hostname": "www.example.com"})");
    const auto token = ripe_token();
    const auto start = first_time();
    EXPECT_EQ(visit(key_, token, booking(start)).status, 403u) << "without a response";
    EXPECT_EQ(captcha_.asked().size(), 0u);
    captcha_.answer(200, R"({"success": false, "error-codes": ["invalid-input-secret"]})");
    EXPECT_EQ(visit(key_, token, booking(start), "a").status, 503u) << "the operator's mistake";
    captcha_.answer(200, "ok");
    EXPECT_EQ(visit(key_, token, booking(start), "b").status, 503u) << "that is no siteverify";
    captcha_.answer(200, R"({"success": false, "error-codes": ["timeout-or-duplicate"]})");
    EXPECT_EQ(visit(key_, token, booking(start), "c").status, 403u);
    captcha_.answer(200, R"({"success": true})");
    EXPECT_EQ(visit(key_, token, booking(start), "d+/").status, 201u);
    ASSERT_EQ(captcha_.asked().size(), 4u);
    EXPECT_EQ(captcha_.asked().back().content_type, "application/x-www-form-urlencoded");
    EXPECT_EQ(captcha_.asked().back().body, "secret=0x%26%3D&response=d%2B%2F&remoteip=127.0.0.1");
}

// Two tabs, or a page that repeats itself: what the captcha gave is good for one question.
TEST_F(Captcha, TwoAtOnceWithOneKeyAskOnce) {
    open_with();
    captcha_.answer(204, "", std::chrono::milliseconds(800));
    const auto token = ripe_token();
    const auto start = first_time();
    std::jthread first([&] { EXPECT_EQ(visit(key_, token, booking(start), "solved").status, 201u); });
    harness::wait_until([&] { return !captcha_.asked().empty(); }, "the captcha should be asked");
    const auto second = visit(key_, token, booking(start), "solved");
    EXPECT_EQ(second.status, 409u) << second.body;
    EXPECT_EQ(body_of(second).at("error").at("code"), "in_progress");
    first.join();
    EXPECT_EQ(visit(key_, token, booking(start), "solved").status, 201u);
    EXPECT_EQ(captcha_.asked().size(), 1u);
    EXPECT_EQ(posts(), 1u);
}

}  // namespace product_captcha_test
}  // namespace e2e
