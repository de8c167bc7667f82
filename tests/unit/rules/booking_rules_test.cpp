// The small rules of booking: tokens, pieces of time, what Calendly's refusals mean, calendar files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/booking_refusal.hpp"
#include "rules/booking_token.hpp"
#include "rules/calendar_file.hpp"
#include "rules/offered_times.hpp"

namespace rules_booking_rules_test {

using namespace std::chrono_literals;
using Kind = rules::BookingRefusal::Kind;
using State = rules::FormToken::State;
using calendly::Timestamp;
using testing::ElementsAre;
using testing::HasSubstr;

const auto now = *calendly::parse_timestamp("2026-11-30T08:00:00Z");

TEST(BookingToken, OfAFormIsGoodForItsTypeFromThreeSecondsToTwoHours) {
    const auto token = rules::make_form_token("secret", "demo", "nonce", now);
    const auto state = [&](std::chrono::seconds later) {
        return rules::read_form_token("secret", "demo", token, now + later)->state;
    };
    EXPECT_EQ(state(2s), State::early);
    EXPECT_EQ(state(3s), State::valid);
    EXPECT_EQ(state(2h), State::valid);
    EXPECT_EQ(state(2h + 1s), State::expired);
    EXPECT_FALSE(rules::read_form_token("secret", "talk", token, now + 5s));
    EXPECT_FALSE(rules::read_form_token("other", "demo", token, now + 5s));
}

TEST(BookingToken, ChangedAnywhereIsNone) {
    const auto token = rules::make_form_token("secret", "demo", "nonce", now);
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(rules::read_form_token("secret", "demo", changed, now + 5s)) << i;
        EXPECT_FALSE(rules::read_form_token("secret", "demo", token.substr(0, i), now + 5s)) << i;
    }
    EXPECT_FALSE(rules::read_form_token("secret", "demo", token + "x", now + 5s));
}

TEST(BookingToken, ToCancelIsThatOfOneBooking) {
    const auto token = rules::make_cancel_token("secret", "E.I");
    EXPECT_TRUE(rules::is_cancel_token("secret", "E.I", token));
    EXPECT_FALSE(rules::is_cancel_token("secret", "E.J", token));
    EXPECT_FALSE(rules::is_cancel_token("secret", "E.I", ""));
    EXPECT_FALSE(rules::is_cancel_token("other", "E.I", token));
}

TEST(BookingToken, AnIdHasTwoPlainParts) {
    EXPECT_EQ(rules::parse_booking_id("a-1_B.c2")->invitee, "c2");
    for (const auto* id : {"", ".", "a.", ".b", "a", "a.b.c", "a/../x.b", "a.b/cancel"})
        EXPECT_FALSE(rules::parse_booking_id(id)) << id;
}

TEST(OfferedTimes, PiecesAreTheSameForEverybodyAndBeginInTheFuture) {
    const auto pieces = rules::pieces_of(now, now + 31 * 24h, now);
    ASSERT_GE(pieces.size(), 1u);
    EXPECT_EQ(pieces.front().from, now + 1min);
    for (const auto& piece : pieces) EXPECT_LE(piece.to - piece.from, 31 * 24h);
    const auto later = rules::pieces_of(now + 3h, now + 31 * 24h, now + 2h);
    EXPECT_EQ(later.front().number, pieces.front().number);
    EXPECT_LE(rules::pieces_of(now, now + 93 * 24h, now).size(), 4u);
    EXPECT_TRUE(rules::pieces_of(now - 2h, now - 1h, now).empty());
    EXPECT_TRUE(rules::pieces_of(now + 800 * 24h, now + 801 * 24h, now).empty());
    EXPECT_LE(rules::pieces_of(Timestamp::min(), Timestamp::max(), now).size(), 25u);
}

TEST(OfferedTimes, TheNearestComeInTheirOrder) {
    calendly::BookableType type;
    std::vector<calendly::OfferedTime> times;
    for (const int hour : {1, 2, 5, 6, 9}) times.push_back({now + hour * 1h, 1});
    EXPECT_THAT(rules::nearest_times(times, now + 4h, 3), ElementsAre(now + 2h, now + 5h, now + 6h));
    EXPECT_THAT(rules::nearest_times(times, now, 3), ElementsAre(now + 1h, now + 2h, now + 5h));
    EXPECT_TRUE(rules::nearest_times({}, now, 3).empty());
}

TEST(BookingRefusal, ATakenStartIsKnownInEveryForm) {
    EXPECT_EQ(rules::judge_booking_refusal(409, "").kind, Kind::taken);
    for (const auto* body :
         {R"({"details":[{"code":"already_filled"}]})", R"({"message":"This time is no longer available"})",
          R"({"details":[{"parameter":"start_time","message":"is not available"}]})"})
        EXPECT_EQ(rules::judge_booking_refusal(400, body).kind, Kind::taken) << body;
}

TEST(BookingRefusal, WordsAreAboutTheVisitorsField) {
    const auto field = [](const char* body) { return rules::judge_booking_refusal(400, body).error.field; };
    EXPECT_EQ(field(R"({"message":"questions_and_answers[2].question: is missing"})"), "answers[2]");
    EXPECT_EQ(field(R"({"message":"Required Questions and Answers cannot be blank"})"), "answers");
    EXPECT_EQ(field(R"({"message":"location.location is required when location.kind is physical"})"),
              "location");
    EXPECT_EQ(field(R"({"details":[{"parameter":"invitee.email","message":"is invalid"}]})"), "email");
    EXPECT_EQ(field(R"({"details":[{"parameter":"invitee.timezone","message":"?"}]})"), "timezone");
    EXPECT_EQ(field(R"({"details":[{"parameter":"event_guests","message":"?"}]})"), "guests");
}

TEST(BookingRefusal, WhatIsNoAnswerMayHaveBeenBooked) {
    for (const unsigned status : {0u, 200u, 201u, 302u, 408u, 500u, 502u, 504u})
        EXPECT_EQ(rules::judge_booking_refusal(status, "").kind, Kind::unknown) << status;
    EXPECT_EQ(rules::judge_booking_refusal(400, "<html>").kind, Kind::unknown);
    EXPECT_EQ(rules::judge_booking_refusal(429, "").kind, Kind::limited);
    EXPECT_EQ(rules::judge_booking_refusal(403, "{}").kind, Kind::unavailable);
    EXPECT_EQ(rules::judge_booking_refusal(404, R"({"title":"Resource Not Found"})").kind,
              Kind::not_bookable);
}

TEST(CalendarFile, LinesAreFoldedAndTextsEscaped) {
    rules::Meeting meeting{"E.I", "Talk; with, Ann\nBee", now, now + 30min, std::string(200, 'x')};
    const auto file = rules::calendar_file(meeting, now);
    EXPECT_THAT(file, HasSubstr("SUMMARY:Talk\\; with\\, Ann\\nBee\r\n"));
    EXPECT_THAT(file, HasSubstr("DTSTART:20261130T080000Z\r\nDTEND:20261130T083000Z\r\n"));
    for (std::size_t from = 0; from < file.size();) {
        const auto end = file.find("\r\n", from);
        ASSERT_NE(end, file.npos);
        EXPECT_LE(end - from, 75u);
        from = end + 2;
    }
}

}  // namespace rules_booking_rules_test
