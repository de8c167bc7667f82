// What a captcha before the desk changes: when it is asked, and what its answers come to.
#include "unit/scheduling/desk_fixture.hpp"

namespace captcha_desk_test {

using namespace scheduling_test;
using Code = Refusal::Code;
using testing::ElementsAre;
using testing::SizeIs;

// A captcha that knows each response once.
struct Captcha {
    std::vector<scheduling::Applicant> asked;
    scheduling::Outcome<bool> answer = true;

    boost::asio::awaitable<scheduling::Outcome<bool>> ask(scheduling::Applicant applicant) {
        asked.push_back(std::move(applicant));
        auto given = answer;  // a member would be taken for its truth
        co_return given;
    }
};

TEST_F(Desk, ACaptchaIsAskedOnceForABooking) {
    Captcha captcha;
    outside_.verify = [&](scheduling::Applicant applicant) { return captcha.ask(std::move(applicant)); };
    settings_.scheduling.verify_url = "https://captcha.example.com/verify";
    const auto told = booker().run(booker().desk().form_token("demo"));
    EXPECT_EQ(told->at("captcha"), true);
    const auto token = std::string(told->at("token").as_string());
    outside_.time += 4s;
    auto visitor = visit(key_a, token);
    visitor.captcha = "response-1";
    ASSERT_TRUE(book(visitor));
    ASSERT_THAT(captcha.asked, SizeIs(1));
    EXPECT_EQ(captcha.asked[0].event_type, "demo");
    EXPECT_EQ(captcha.asked[0].form_token, token);
    EXPECT_EQ(captcha.asked[0].response, "response-1");
    EXPECT_EQ(captcha.asked[0].address, "192.0.2.7");
    captcha.answer = scheduling::forbidden("no");
    EXPECT_TRUE(book(visitor)) << "made already";
    EXPECT_TRUE(book(request(key_b, body(2)))) << "a server has no form";
    EXPECT_THAT(captcha.asked, SizeIs(1));
}

TEST_F(Desk, WhoDoesNotPassTheCaptchaTakesNothingAndMayTryAgain) {
    Captcha captcha;
    outside_.verify = [&](scheduling::Applicant applicant) { return captcha.ask(std::move(applicant)); };
    settings_.scheduling.per_address = {1, 1h};
    settings_.scheduling.per_email = 1;
    settings_.scheduling.plan_bookings_per_day = 2;
    const auto token = form_token();
    outside_.time += 4s;
    for (const auto& answer : {scheduling::forbidden("no"), scheduling::unavailable()}) {
        captcha.answer = answer;
        for (int i = 0; i < 5; ++i) {
            const auto refused = refusal(visit(key_a, token));
            EXPECT_EQ(refused.code, answer.code);
            EXPECT_EQ(refused.scheduling_url, "https://calendly.com/h/demo");
        }
    }
    EXPECT_THAT(outside_.calendly.sent, SizeIs(0));
    captcha.answer = true;
    EXPECT_TRUE(book(visit(key_a, token))) << "the same key and form, and no limit was used up";
    EXPECT_THAT(captcha.asked, SizeIs(11));
}

TEST_F(Desk, ABookingThatCalendlyMayHaveIsNotHeldAgainstTheCaptchaAgain) {
    Captcha captcha;
    outside_.verify = [&](scheduling::Applicant applicant) { return captcha.ask(std::move(applicant)); };
    const auto token = form_token();
    outside_.time += 4s;
    lose({true}, 502);
    outside_.listing.on_call = [](const std::string& call) { return call.starts_with("events") ? 503u : 0u; };
    EXPECT_EQ(refusal(visit(key_a, token)).code, Code::unavailable);
    outside_.listing.on_call = {};
    captcha.answer = scheduling::forbidden("used already");
    EXPECT_TRUE(book(visit(key_a, token)));
    EXPECT_THAT(captcha.asked, SizeIs(1));
}

TEST_F(Desk, WhatNoCaptchaGivesIsNotPassedOn) {
    auto visitor = request(key_a);
    for (const auto& text : {std::string(6001, 'x'), std::string("a b"), std::string("\xc3\xa9")}) {
        visitor.captcha = text;
        EXPECT_EQ(refusal(visitor).field, scheduling::captcha_field);
    }
}

}  // namespace captcha_desk_test
