// One visitor at the desk: what is booked, what is refused, what a lost answer comes to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/booking_token.hpp"
#include "unit/scheduling/desk_fixture.hpp"

namespace desk_test {

using namespace scheduling_test;
using scheduling::Refusal;
using Code = Refusal::Code;
using testing::ElementsAre;
using testing::SizeIs;

TEST_F(Desk, ABookingIsMadeAndDescribed) {
    const auto outcome = book(request(key_a));
    ASSERT_TRUE(outcome);
    const auto answer = json::parse(*outcome).as_object();
    EXPECT_EQ(answer.at("id"), "E0.I0");
    EXPECT_EQ(answer.at("start"), "2026-11-30T09:00:00Z");
    EXPECT_EQ(answer.at("cancel_url"), "https://calendly.com/cancellations/0");
    EXPECT_TRUE(answer.at("ics").as_string().starts_with("BEGIN:VCALENDAR"));
    ASSERT_THAT(outside_.calendly.sent, SizeIs(1));
    EXPECT_EQ(outside_.calendly.sent[0].tracking.back().second, token_of(key_a));
}

TEST_F(Desk, TheSameKeyAndBodyHaveTheSameAnswer) {
    const auto first = book(request(key_a));
    const auto second = book(request(key_a));
    EXPECT_EQ(*first, *second);
    outside_.time += 5h;  // its start has passed
    EXPECT_EQ(*first, *book(request(key_a)));
    EXPECT_EQ(booked(), 1u);
}

TEST_F(Desk, TheSameKeyWithAnotherBodyIsRefused) {
    ASSERT_TRUE(book(request(key_a)));
    const auto refused = refusal(request(key_a, body(2)));
    EXPECT_EQ(refused.code, Code::invalid);
    EXPECT_EQ(refused.field, "Idempotency-Key");
    EXPECT_EQ(booked(), 1u);
}

TEST_F(Desk, AKeyThatIsTooShortOrHasBlanksIsRefused) {
    for (const auto* key : {"", "short", "with a blank in it",
                            "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"})
        EXPECT_EQ(refusal(request(key)).field, "Idempotency-Key") << key;
    EXPECT_EQ(refusal(request(std::string(65, 'k'))).field, "Idempotency-Key");
    EXPECT_THAT(outside_.calendly.calls, SizeIs(0)) << "Calendly is not asked";
}

TEST_F(Desk, AStartThatIsNotOfferedIsTakenAndTheThreeNearestAreOffered) {
    auto odd = body();
    odd["start"] = calendly::to_string(now + 2h + 1min);
    const auto refused = refusal(request(key_a, odd));
    EXPECT_EQ(refused.code, Code::taken);
    EXPECT_THAT(refused.alternatives, ElementsAre(now + 1h, now + 2h, now + 3h));
    EXPECT_EQ(refused.scheduling_url, "https://calendly.com/h/demo");
    EXPECT_THAT(outside_.calendly.sent, SizeIs(0));
}

TEST_F(Desk, TheNearestAreFoundHoweverFarTheyAre) {
    outside_.calendly.starts = {now + 9h, now + 500h, now + 2000h, now + 2100h};
    EXPECT_THAT(refusal(request(key_a, body(8))).alternatives,
                ElementsAre(now + 9h, now + 500h, now + 2000h));
}

TEST_F(Desk, TheWayOutIsKnownAlsoToAnAgentThatNeverReachedCalendly) {
    ASSERT_TRUE(booker().run(booker().desk().event_types()));
    form_token();
    booker_.reset();
    outside_.calendly.on_call = [](const std::string&) {
        return std::optional(fakes::SchedulingApi::failure(503));
    };
    const auto refused = refusal(request(key_a));
    EXPECT_EQ(refused.code, Code::unavailable);
    EXPECT_EQ(refused.scheduling_url, "https://calendly.com/h/demo");
    const auto times = booker().run(booker().desk().available_times("demo", {}, {}));
    EXPECT_EQ(times.error().scheduling_url, "https://calendly.com/h/demo");
}

TEST_F(Desk, AStartThatWentMeanwhileIsTakenAndTheKeyIsFree) {
    ASSERT_TRUE(book(request(key_a)));
    outside_.store.records.clear();
    booker_.reset();
    outside_.calendly.on_call = [](const std::string& call) {
        return call == "book" ? std::optional(fakes::SchedulingApi::failure(
                                    400, R"({"details":[{"parameter":"start_time","message":"x"}]})"))
                              : std::nullopt;
    };
    const auto refused = refusal(request(key_b, body(2)));
    EXPECT_EQ(refused.code, Code::taken);
    EXPECT_THAT(refused.alternatives, ElementsAre(now + 3h, now + 4h, now + 5h))
        << "without both that are gone";
    outside_.calendly.on_call = {};
    EXPECT_TRUE(book(request(key_b, body(3)))) << "the same key, as a refusal is not remembered";
}

TEST_F(Desk, ALostAnswerOfABookingThatWasMadeIsLookedUp) {
    lose({true});
    const auto outcome = book(request(key_a));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(json::parse(*outcome).at("id"), "E0.I0");
    EXPECT_EQ(booked(), 1u);
}

TEST_F(Desk, ALostCallThatMadeNothingIsSentOnceMoreAfterLookingTwice) {
    lose({false});
    ASSERT_TRUE(book(request(key_a)));
    EXPECT_EQ(booked(), 1u);
    EXPECT_EQ(std::ranges::count(outside_.listing.calls, "events organization"), 2);
}

TEST_F(Desk, WhatIsLostTwiceIsLeftToTheNextTryWithTheKey) {
    lose({false, true}, 502);
    outside_.listing.on_call = [](const std::string& call) { return call.starts_with("events") ? 503u : 0u; };
    const auto refused = refusal(request(key_a));
    EXPECT_EQ(refused.code, Code::unavailable);
    EXPECT_GT(refused.retry_after.count(), 0);
    EXPECT_EQ(refused.scheduling_url, "https://calendly.com/h/demo");
    outside_.listing.on_call = {};
    EXPECT_TRUE(book(request(key_a)));
    EXPECT_EQ(booked(), 1u);
}

TEST_F(Desk, WhoTakesOverLooksBeforeItSends) {
    lose({true});
    outside_.listing.on_call = [](const std::string& call) { return call.starts_with("events") ? 503u : 0u; };
    EXPECT_EQ(refusal(request(key_a)).code, Code::unavailable);
    booker_.reset();  // another agent
    outside_.listing.on_call = {};
    outside_.time += 2h;  // the start has passed
    const auto outcome = book(request(key_a));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(json::parse(*outcome).at("id"), "E0.I0");
    EXPECT_EQ(booked(), 1u);
}

TEST_F(Desk, WhileAnotherAttemptIsAtItTheKeyIsInProgress) {
    ASSERT_TRUE(book(request(key_a)));
    auto& record = outside_.store.records.begin()->second;
    record.state = redis::ClaimState::sent;
    outside_.store.locks[outside_.store.records.begin()->first] = "somebody else";
    const auto refused = refusal(request(key_a));
    EXPECT_EQ(refused.code, Code::in_progress);
    EXPECT_GT(refused.retry_after.count(), 0);
}

TEST_F(Desk, CalendlysLimitIsSaidWithItsWait) {
    outside_.calendly.on_call = [](const std::string& call) {
        auto limit = fakes::SchedulingApi::failure(429);
        limit.wait = 1800s;
        return call == "book" ? std::optional(limit) : std::nullopt;
    };
    const auto refused = refusal(request(key_a));
    EXPECT_EQ(refused.code, Code::limited);
    EXPECT_EQ(refused.retry_after, 1800s);
    EXPECT_EQ(refused.scheduling_url, "https://calendly.com/h/demo");
}

TEST_F(Desk, WhatCalendlyRefusesIsSaidOfTheVisitorsField) {
    outside_.calendly.type.questions = {{"Company", "string", {}, 4, false, false},
                                        {"Role", "string", {}, 7, false, false}};
    outside_.calendly.on_call = [](const std::string& call) {
        return call == "book"
                   ? std::optional(fakes::SchedulingApi::failure(
                         400,
                         R"({"title":"Invalid Argument","message":"questions_and_answers[0].question: is missing"})"))
                   : std::nullopt;
    };
    auto with = body();
    with["answers"] = {{{"position", 7}, {"text", "cook"}}};
    const auto refused = refusal(request(key_a, with));
    EXPECT_EQ(refused.code, Code::invalid);
    EXPECT_EQ(refused.field, "answers[7]");
}

TEST_F(Desk, AFormsTokenIsGoodFromThreeSecondsToTwoHoursAndForOneBooking) {
    const auto token = form_token();
    EXPECT_EQ(refusal(visit(key_a, token)).code, Code::forbidden) << "too early";
    outside_.time += 4s;
    EXPECT_EQ(refusal(visit(key_a, token + "x")).code, Code::forbidden);
    EXPECT_EQ(refusal(visit(key_a, "")).code, Code::forbidden);
    EXPECT_EQ(refusal(visit(key_a, token, body(-1))).code, Code::invalid);
    ASSERT_TRUE(book(visit(key_a, token))) << "a refusal did not spend it";
    EXPECT_EQ(refusal(visit(key_b, token, body(2))).code, Code::forbidden) << "spent";
    outside_.time += 3h;
    EXPECT_TRUE(book(visit(key_a, token))) << "good again with that booking's own key";
    EXPECT_EQ(refusal(visit(key_b, token, body(5))).code, Code::forbidden) << "too old";
}

TEST_F(Desk, LimitsCountBookingsOfAnAddressAndAPersonAndADay) {
    settings_.scheduling.per_address = {2, 1h};
    const auto token = [this] {
        auto made = form_token();
        outside_.time += 4s;
        return made;
    };
    ASSERT_TRUE(book(visit("0000000000000001", token(), body(1, "a@x.org"))));
    ASSERT_TRUE(book(visit("0000000000000002", token(), body(2, "b@x.org"))));
    const auto of_address = refusal(visit("0000000000000003", token(), body(3, "c@x.org")));
    EXPECT_EQ(of_address.code, Code::limited);
    settings_.scheduling.per_address = {0, 1s};
    settings_.scheduling.per_email = 1;
    booker_.reset();
    const auto of_person = refusal(visit("0000000000000004", token(), body(4, "A@X.org")));
    EXPECT_EQ(of_person.code, Code::limited);
    EXPECT_EQ(of_person.message, of_address.message) << "nobody learns which limit it was";
    settings_.scheduling.plan_bookings_per_day = 3;
    booker_.reset();
    const auto of_day = refusal(visit("0000000000000005", token(), body(5, "e@x.org")));
    EXPECT_EQ(of_day.code, Code::limited) << "80 % of 3 are 2";
    EXPECT_GT(of_day.retry_after, 15h);
    EXPECT_EQ(booked(), 2u);
}

TEST_F(Desk, ADaysShareIsCountedToTheBooking) {
    settings_.scheduling.plan_bookings_per_day = 100;
    settings_.scheduling.daily_share = 0.29;
    outside_.store.days["20261130"] = 28;
    EXPECT_TRUE(book(request(key_a, body(1)))) << "the 29th";
    EXPECT_EQ(refusal(request(key_b, body(2))).code, Code::limited);
}

TEST_F(Desk, WhatWasCanceledAtCalendlyIsNotOpenAnyMore) {
    settings_.scheduling.per_email = 2;
    ASSERT_TRUE(book(request("0000000000000001", body(1))));
    ASSERT_TRUE(book(request("0000000000000002", body(2))));
    EXPECT_EQ(refusal(request(key_a, body(3))).code, Code::limited);
    const auto looks = [this] {
        return std::ranges::count_if(outside_.listing.calls,
                                     [](const auto& call) { return call.starts_with("invitee "); });
    };
    EXPECT_EQ(looks(), 2);
    EXPECT_EQ(refusal(request(key_a, body(3))).code, Code::limited);
    EXPECT_EQ(looks(), 2) << "once in a minute, however often somebody tries";
    outside_.listing.meetings[0].invitees[0]["status"] = "canceled";
    booker_.reset();
    EXPECT_TRUE(book(request(key_a, body(3)))) << "one was canceled at Calendly's page";
    EXPECT_EQ(refusal(request(key_b, body(4))).code, Code::limited);
    outside_.listing.on_call = [](const std::string& call) {
        return call.starts_with("invitee") ? 503u : 0u;
    };
    booker_.reset();
    EXPECT_EQ(refusal(request(key_b, body(4))).code, Code::limited) << "who cannot be asked frees nothing";
    outside_.listing.on_call = [](const std::string& call) {
        return call.starts_with("invitee") ? 404u : 0u;
    };
    booker_.reset();
    EXPECT_TRUE(book(request(key_b, body(4)))) << "a meeting that is gone is not open";
}

TEST_F(Desk, TheHostBooksNoMeetingWithThemselves) {
    outside_.calendly.type.owner = "https://api.calendly.com/users/harriet";
    const auto refused = refusal(request(key_a, body(1, "Harriet@EXAMPLE.com")));
    EXPECT_EQ(refused.code, Code::invalid);
    EXPECT_EQ(refused.field, "email");
    EXPECT_THAT(outside_.calendly.sent, SizeIs(0));
    auto with = body();
    with["guests"] = {"harriet@example.com", "g@example.org"};
    ASSERT_TRUE(book(request(key_a, with)));
    EXPECT_THAT(outside_.calendly.sent.at(0).guests, ElementsAre("g@example.org"));
    EXPECT_EQ(std::ranges::count(outside_.calendly.calls, "email"), 1) << "asked once for all";
    outside_.calendly.on_call = [](const std::string& call) {
        return call == "email" ? std::optional(fakes::SchedulingApi::failure(403)) : std::nullopt;
    };
    booker_.reset();
    EXPECT_TRUE(book(request(key_b, body(2, "harriet@example.com")))) << "who the host is, is not known then";
}

TEST_F(Desk, AvailableTimesAreAskedOnceForAPieceHoweverManyAsk) {
    for (int i = 0; i < 50; ++i) {
        const auto times = booker().run(booker().desk().available_times("demo", std::nullopt, std::nullopt));
        ASSERT_TRUE(times);
        EXPECT_EQ(times->at("times").as_array().size(), 6u);
    }
    EXPECT_LE(std::ranges::count(outside_.calendly.calls, "times"), 2) << "31 days lie in two pieces at most";
}

TEST_F(Desk, ARangeIsCheckedAndThePastMeansNow) {
    const auto ask = [this](const char* start, const char* end) {
        return booker().run(booker().desk().available_times("demo", start, end));
    };
    EXPECT_EQ(ask("nonsense", "2026-12-01T00:00:00Z").error().field, "start");
    EXPECT_EQ(ask("2026-12-02T00:00:00Z", "2026-12-01T00:00:00Z").error().field, "end");
    EXPECT_EQ(ask("2026-12-01T00:00:00Z", "2027-03-05T00:00:00Z").error().field, "end") << "94 days";
    const auto past = ask("2026-11-29T00:00:00Z", "2026-11-30T10:30:00Z");
    ASSERT_TRUE(past);
    EXPECT_EQ(past->at("times").as_array().size(), 2u);
    EXPECT_EQ(past->at("until"), "2026-11-30T10:30:00Z");
    EXPECT_TRUE(ask("2020-01-01T00:00:00Z", "2027-03-02T00:00:00Z")) << "92 days from now";
    EXPECT_EQ(ask("2020-01-01T00:00:00Z", "2027-03-05T00:00:00Z").error().field, "end");
}

TEST_F(Desk, WhatCannotBeBookedIsNotShown) {
    const auto is_shown = [this] {
        booker_.reset();
        const auto types = booker().run(booker().desk().event_types());
        return types && types->size() == 1;
    };
    EXPECT_TRUE(is_shown());
    auto& type = outside_.calendly.type;
    type.is_secret = true;
    EXPECT_FALSE(is_shown());
    type.is_secret = false;
    type.is_paid = true;
    EXPECT_FALSE(is_shown());
    type.is_paid = false;
    type.booking_method = "poll";
    EXPECT_FALSE(is_shown());
    EXPECT_EQ(refusal(request(key_a)).code, Code::not_bookable);
}

TEST_F(Desk, ABookingIsCanceledByItsTokenAlsoASecondTime) {
    const auto answer = json::parse(*book(request(key_a))).as_object();
    const std::string id(answer.at("id").as_string()), token(answer.at("cancel_token").as_string());
    auto& desk = booker().desk();
    EXPECT_FALSE(booker().run(desk.is_own(id, token + "x")));
    EXPECT_FALSE(booker().run(desk.is_own("E1.I1", token)));
    ASSERT_TRUE(booker().run(desk.is_own(id, token)));
    EXPECT_EQ(booker().run(desk.state(id, token))->at("status"), "active");
    EXPECT_TRUE(booker().run(desk.cancel(id, "ill")));
    EXPECT_EQ(booker().run(desk.state(id, token))->at("status"), "canceled");
    EXPECT_TRUE(booker().run(desk.cancel(id, "")));
    EXPECT_EQ(std::ranges::count(outside_.calendly.calls, "cancel E0"), 1);
}

TEST_F(Desk, AGroupsMeetingIsNotCanceledForTheOthers) {
    outside_.calendly.type.kind = "group";
    const auto answer = json::parse(*book(request(key_a))).as_object();
    const auto outcome = booker().run(booker().desk().cancel(std::string(answer.at("id").as_string()), ""));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Code::group);
    EXPECT_EQ(outcome.error().cancel_url, "https://calendly.com/cancellations/0");
}

TEST_F(Desk, AGroupsMeetingIsNotCanceledEitherWhenItsTypeCannotBeBookedAnyMore) {
    outside_.calendly.type.kind = "group";
    const auto answer = json::parse(*book(request(key_a))).as_object();
    outside_.listing.meetings[0].event["invitees_counter"] = {{"total", 1}, {"active", 1}, {"limit", 20}};
    outside_.calendly.type.is_active = false;
    booker_.reset();
    const auto outcome = booker().run(booker().desk().cancel(std::string(answer.at("id").as_string()), ""));
    ASSERT_FALSE(outcome) << "others may come yet";
    EXPECT_EQ(outcome.error().code, Code::group);
}

TEST_F(Desk, XRealIpIsBelievedFromTrustedProxiesOnly) {
    const auto& desk = booker().desk();
    EXPECT_EQ(desk.address_of("127.0.0.1", "203.0.113.9"), "203.0.113.9");
    EXPECT_EQ(desk.address_of("198.51.100.1", "203.0.113.9"), "198.51.100.1");
    EXPECT_EQ(desk.address_of("::1", "2001:db8:1:2:3::4"), desk.address_of("::1", "2001:db8:1:2::9"));
    EXPECT_EQ(desk.address_of("127.0.0.1", "nonsense"), "127.0.0.1");
    EXPECT_EQ(desk.address_of("127.0.0.1", ""), "127.0.0.1");
}

TEST_F(Desk, WhenItIsClosedNothingIsBegunAndItIsFinished) {
    auto& desk = booker().desk();
    desk.close();
    EXPECT_EQ(refusal(request(key_a)).code, Code::unavailable);
}

}  // namespace desk_test
