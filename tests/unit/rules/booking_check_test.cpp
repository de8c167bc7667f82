// What a visitor sends is checked field by field before Calendly is asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "rules/booking_check.hpp"

namespace booking_check_test {

namespace json = boost::json;
using calendly::NewBooking;
using rules::FieldError;
using testing::ElementsAre;
using testing::HasSubstr;

const auto now = *calendly::parse_timestamp("2026-11-30T08:00:00Z");

class BookingCheck : public testing::Test {
protected:
    BookingCheck() {
        type.uri = "https://api.calendly.com/event_types/demo";
        type.kind = "solo";
        type.questions = {{"Company, exactly?", "string", {}, 0, true, false},
                          {"Topics", "multi_select", {"sea", "wood"}, 1, false, false},
                          {"Size", "single_select", {"small", "big"}, 2, false, true},
                          {"Phone", "phone_number", {}, 3, false, false},
                          {"Anything else?", "text", {}, 4, false, false}};
        body = {{"event_type", "demo"},        {"start", "2026-12-01T09:00:00Z"},
                {"name", "  Ann Bee "},        {"email", "ann@example.org"},
                {"timezone", "Europe/Berlin"}, {"answers", {{{"position", 0}, {"text", "Bee Ltd"}}}}};
    }
    NewBooking fine() {
        auto checked = rules::check_booking(body, type, now);
        if (const auto* error = std::get_if<FieldError>(&checked))
            ADD_FAILURE() << error->field << " " << error->message;
        return std::holds_alternative<NewBooking>(checked) ? std::get<NewBooking>(checked) : NewBooking{};
    }
    // The field that is wrong; "" when nothing is.
    std::string wrong() {
        const auto checked = rules::check_booking(body, type, now);
        const auto* error = std::get_if<FieldError>(&checked);
        return error ? error->field : "";
    }
    std::string wrong_with(const char* member, json::value value) {
        const auto kept = body;
        body[member] = std::move(value);
        auto field = wrong();
        body = kept;
        return field;
    }
    std::string wrong_with(const char* member, const std::string& text) {
        return wrong_with(member, json::value(text));
    }
    std::string wrong_with(const char* member, const char* text) {
        return wrong_with(member, json::value(text));
    }
    std::string wrong_answer(int position, json::value text) {
        return wrong_with("answers", {{{"position", 0}, {"text", "Bee Ltd"}},
                                      {{"position", position}, {"text", std::move(text)}}});
    }

    calendly::BookableType type;
    json::object body;
};

TEST_F(BookingCheck, WhatIsRightBecomesWhatCalendlyIsTold) {
    const auto booking = fine();
    EXPECT_EQ(booking.event_type, type.uri);
    EXPECT_EQ(booking.name, "Ann Bee");
    ASSERT_EQ(booking.answers.size(), 1u);
    EXPECT_EQ(booking.answers[0].question, "Company, exactly?");
    EXPECT_FALSE(booking.location);
}

TEST_F(BookingCheck, EveryRequiredFieldIsNamedWhenItIsMissing) {
    for (const auto* member : {"start", "email", "timezone", "name"}) {
        const auto kept = body;
        body.erase(member);
        EXPECT_EQ(wrong(), member);
        body = kept;
    }
    body.erase("answers");
    EXPECT_EQ(wrong(), "answers[0]");
    EXPECT_EQ(rules::requested_type({}).index(), 1u);
    EXPECT_EQ(wrong_with("surname", "Bee"), "surname") << "unknown";
}

TEST_F(BookingCheck, AStartIsATimeThatIsToCome) {
    EXPECT_EQ(wrong_with("start", "2026-11-30T08:00:00Z"), "start");
    EXPECT_EQ(wrong_with("start", "tomorrow"), "start");
    EXPECT_EQ(wrong_with("start", 1764579600), "start");
    EXPECT_EQ(wrong_with("start", "2026-12-01T10:00:00+01:00"), "");
}

TEST_F(BookingCheck, ANameIsOneOrTwoAndNoAdvertisement) {
    EXPECT_EQ(wrong_with("last_name", "Bee"), "name") << "beside name";
    EXPECT_EQ(wrong_with("name", "See https://spam.example"), "name");
    EXPECT_EQ(wrong_with("name", "WWW.spam.example"), "name");
    EXPECT_EQ(wrong_with("name", "Ann\nBee"), "name");
    EXPECT_EQ(wrong_with("name", std::string(256, 'a')), "name");
    EXPECT_EQ(wrong_with("name", "   "), "name");
    std::string greek;
    for (int i = 0; i < 255; ++i) greek += "\u03b1";
    EXPECT_EQ(wrong_with("name", greek), "") << "255 characters, as the description has it";
    EXPECT_EQ(wrong_with("name", greek + "a"), "name");
    body.erase("name");
    body["first_name"] = "Ann";
    EXPECT_EQ(wrong(), "last_name");
    body["last_name"] = "Bee";
    EXPECT_EQ(fine().last_name, "Bee");
}

TEST_F(BookingCheck, AnAddressIsAnAddress) {
    for (const auto* email :
         {"", "ann", "ann@", "ann@example", "a b@example.org", "ann@example.org\nBcc: x@y.org",
          "mailto:ann@example.org", "ann@example.org/x", "ann@example.org?cc=x", "ann@example.org%0a",
          "ann@example..org", "ann@[127.0.0.1]", "an\\n@example.org"})
        EXPECT_EQ(wrong_with("email", email), "email") << email;
    for (const auto* email :
         {"ann+b@example.org", "o'hara@example.org", "ann@b\u00fccher.example", "a/b=c@x.org"})
        EXPECT_EQ(wrong_with("email", email), "") << email;
    EXPECT_EQ(wrong_with("email", std::string(250, 'a') + "@x.org"), "email");
}

TEST_F(BookingCheck, AZoneIsOneOfTheDatabaseOldNamesToo) {
    for (const auto* zone : {"Asia/Calcutta", "Asia/Kolkata", "US/Pacific", "Etc/UTC", "UTC", "CET"})
        EXPECT_EQ(wrong_with("timezone", zone), "") << zone;
    for (const auto* zone : {"Europe/Atlantis", "europe/berlin", "../etc/passwd", "+01:00", "localtime", ""})
        EXPECT_EQ(wrong_with("timezone", zone), "timezone") << zone;
}

TEST_F(BookingCheck, AnswersAreHeldAgainstTheQuestions) {
    EXPECT_EQ(wrong_answer(9, "x"), "answers[9]") << "no such question";
    EXPECT_EQ(wrong_answer(0, "again"), "answers[0]") << "twice";
    EXPECT_EQ(wrong_answer(1, json::array{"sea", "sky"}), "answers[1]");
    EXPECT_EQ(wrong_answer(1, json::array{"sea", 3}), "answers[1]");
    EXPECT_EQ(wrong_answer(2, json::array{"small"}), "answers[2]") << "a list for one choice";
    EXPECT_EQ(wrong_answer(2, "huge"), "") << "another one is allowed";
    EXPECT_EQ(wrong_answer(3, "12"), "answers[3]");
    EXPECT_EQ(wrong_answer(4, "two\nlines"), "");
    EXPECT_EQ(wrong_answer(4, json::value(std::string("a\0b", 3))), "answers[4]");
    EXPECT_EQ(wrong_with("answers", "x"), "answers");
    EXPECT_EQ(wrong_with("answers", json::array{1}), "answers");
    EXPECT_EQ(wrong_with("answers", {{{"position", 0}, {"text", "one\nline"}}}), "answers[0]");
    EXPECT_EQ(wrong_with("answers", {{{"position", 0}, {"text", "  "}}}), "answers[0]") << "says nothing";
    EXPECT_EQ(wrong_with("answers", {{{"position", 0}, {"text", "Acme"}, {"answer", "x"}}}), "answers[0]");
}

TEST_F(BookingCheck, AnswersAreWrittenAsCalendlyWantsThem) {
    body["answers"] = {{{"position", 0}, {"text", "Bee Ltd"}},
                       {{"position", 1}, {"text", {"sea", "wood"}}},
                       {{"position", 2}, {"text", ""}},
                       {{"position", 3}, {"text", "+33 6 12 34 56 78"}}};
    const auto answers = fine().answers;
    ASSERT_EQ(answers.size(), 3u) << "an empty one is left out";
    EXPECT_EQ(answers[1].answer, "sea\nwood");
    EXPECT_EQ(answers[2].answer, "+33612345678");
    EXPECT_EQ(answers[2].position, 3);
}

TEST_F(BookingCheck, ALocationIsOneOfTheTypesAndHasWhatItsKindNeeds) {
    EXPECT_EQ(wrong_with("location", {{"kind", "physical"}}), "location") << "there are none";
    type.locations = {
        {"physical", "1 High St"}, {"outbound_call", ""}, {"ask_invitee", ""}, {"zoom_conference", ""}};
    EXPECT_EQ(wrong(), "location") << "one must be chosen";
    EXPECT_EQ(wrong_with("location", "physical"), "location");
    EXPECT_EQ(wrong_with("location", {{"kind", "custom"}}), "location");
    EXPECT_EQ(wrong_with("location", {{"kind", "outbound_call"}}), "location");
    EXPECT_EQ(wrong_with("location", {{"kind", "outbound_call"}, {"location", "12"}}), "location");
    EXPECT_EQ(wrong_with("location", {{"kind", "ask_invitee"}, {"location", " "}}), "location");
    EXPECT_EQ(wrong_with("location", {{"kind", "ask_invitee"}, {"location", "here"}, {"place", "x"}}),
              "location");
    body["location"] = {{"kind", "physical"}};
    EXPECT_EQ(fine().location->location, "1 High St");
    body["location"] = {{"kind", "outbound_call"}, {"location", "+33 6 12 34 56 78"}};
    EXPECT_EQ(fine().location->location, "+33612345678");
    body["location"] = {{"kind", "zoom_conference"}, {"location", "ignored"}};
    EXPECT_EQ(fine().location->location, "");
}

TEST_F(BookingCheck, TheOnlyLocationNeedNotBeChosenAndRoundRobinHasNone) {
    type.locations = {{"google_conference", ""}};
    EXPECT_EQ(fine().location->kind, "google_conference");
    type.pooling = "round_robin";
    EXPECT_FALSE(fine().location);
    EXPECT_EQ(wrong_with("location", {{"kind", "google_conference"}}), "location");
}

TEST_F(BookingCheck, GuestsAreTenAddressesAtMostEachOnce) {
    json::array eleven;
    for (int i = 0; i < 11; ++i) eleven.push_back(json::value("g" + std::to_string(i) + "@x.org"));
    EXPECT_EQ(wrong_with("guests", eleven), "guests");
    EXPECT_EQ(wrong_with("guests", json::array{"nobody"}), "guests");
    EXPECT_EQ(wrong_with("guests", json::array{1}), "guests");
    EXPECT_EQ(wrong_with("guests", "g@x.org"), "guests");
    body["guests"] = {"g@x.org", "G@x.org", "ann@example.org", "h@x.org"};
    EXPECT_THAT(fine().guests, ElementsAre("g@x.org", "h@x.org"));
}

TEST_F(BookingCheck, TheHostIsNoInviteeAndNoGuest) {
    auto booking = fine();
    booking.guests = {"g@x.org", "HOST@x.org"};
    EXPECT_EQ(rules::leave_out_host(booking, ""), std::nullopt) << "not known";
    EXPECT_EQ(booking.guests.size(), 2u);
    EXPECT_EQ(rules::leave_out_host(booking, "host@X.org"), std::nullopt);
    EXPECT_THAT(booking.guests, ElementsAre("g@x.org"));
    const auto error = rules::leave_out_host(booking, " Ann@Example.org");
    ASSERT_TRUE(error);
    EXPECT_EQ(error->field, "email");
}

TEST_F(BookingCheck, AReminderGoesToANumberWithItsCountry) {
    EXPECT_EQ(wrong_with("text_reminder_number", "0612345678"), "text_reminder_number");
    body["text_reminder_number"] = "+33 6 12 34 56 78";
    EXPECT_EQ(fine().text_reminder_number, "+33612345678");
}

TEST_F(BookingCheck, TrackingIsShortTexts) {
    EXPECT_EQ(wrong_with("utm_source", std::string(256, 'x')), "utm_source");
    EXPECT_EQ(wrong_with("utm_term",
                         "a\x01"
                         "b"),
              "utm_term");
    EXPECT_EQ(wrong_with("utm_medium", 3), "utm_medium");
    body["utm_source"] = "news";
    EXPECT_EQ(fine().tracking.size(), 1u);
}

}  // namespace booking_check_test
