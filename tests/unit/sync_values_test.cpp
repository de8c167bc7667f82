#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/attribute_value.hpp"
#include "sync/backoff.hpp"
#include "sync/mask.hpp"
#include "sync/phone.hpp"
#include "sync/questions.hpp"
#include "sync/text.hpp"

namespace {

using brevo::AttributeType;
using syncing::FieldValue;
using syncing::LocalTime;
using testing::HasSubstr;
using testing::Not;

TEST(Text, LowerCaseKnowsEveryScriptAndKeepsWhatIsNoUtf8) {
    EXPECT_EQ(syncing::lower_case("ÀB\xff ΣX"), "àb\xff σx");
    EXPECT_EQ(syncing::lower_case(std::string_view("A\0B", 3)), std::string_view("a\0b", 3));
}

TEST(Text, ClippingCutsNoCharacterInTwo) {
    EXPECT_EQ(syncing::clip("äöü", 6), "äöü");
    EXPECT_EQ(syncing::clip("äöü", 5), "äö");
    EXPECT_EQ(syncing::clip("äöü", 1), "");
}

TEST(Text, WordsAreLettersAndDigits) {
    EXPECT_EQ(syncing::words_of("  What's your «Société»?? "), "what s your société");
    EXPECT_EQ(syncing::words_of("?!"), "");
    EXPECT_EQ(syncing::words_of("A\xff Z"), "a z") << "and what is no UTF-8 is neither";
}

TEST(Text, PersonIsTheTrimmedLowerCaseAddress) {
    EXPECT_EQ(syncing::person_of(" Ada@Example.COM\n"), "ada@example.com");
}

TEST(Text, AnEmailIsOneAddressAndNothingElse) {
    for (const auto* email : {"ada@example.com", " a+b@c.d.e\n"})
        EXPECT_TRUE(syncing::is_email(email)) << email;
    for (const auto* text :
         {"", "@b.co", "a@", "a@b", "a@.co", "a@b.", "a@b@c.de", "write to a@b.co", "a@b.co,c@d.eu"})
        EXPECT_FALSE(syncing::is_email(text)) << text;
}

TEST(Text, NamesAreSplitAtTheFirstSpace) {
    EXPECT_EQ(syncing::split_name(" Ada  King Lovelace "),
              std::pair(std::string("Ada"), std::string("King Lovelace")));
    EXPECT_EQ(syncing::split_name("Ada"), std::pair(std::string("Ada"), std::string()));
}

const std::vector<calendly::Answer> answers = {{"Company:", "Engines"},
                                               {"Your role in the company?", "CTO"},
                                               {"Phone (mobile)", "1"},
                                               {"Phone (office)", "2"},
                                               {"Was macht Ihr Unternehmen? (Straße)", " Motoren "}};

TEST(Questions, AnEqualQuestionComesBeforeOneThatHasTheWords) {
    EXPECT_EQ(syncing::find_answer(answers, "company"), "Engines");
}

TEST(Questions, WholeWordsOfTheOnlyQuestionThatHasThem) {
    EXPECT_EQ(syncing::find_answer(answers, "ROLE"), "CTO");
    EXPECT_EQ(syncing::find_answer(answers, "STRAßE"), "Motoren");
    EXPECT_EQ(syncing::find_answer(answers, "rol"), "");
    EXPECT_EQ(syncing::find_answer(answers, "phone"), "") << "two questions have it";
    EXPECT_EQ(syncing::find_answer(answers, "?"), "");
}

TEST(Questions, APatternTakesTheFirstQuestionThatFits) {
    EXPECT_EQ(syncing::find_answer(answers, "/phone.*OFFICE/"), "2");
    EXPECT_EQ(syncing::find_answer(answers, "/phone/"), "1");
    EXPECT_EQ(syncing::find_answer(answers, "/^fax/"), "");
}

TEST(Questions, APatternThatTakesTooLongDoesNotFit) {
    EXPECT_EQ(syncing::find_answer({{std::string(100, 'a') + "!", "x"}}, "/^(a+)+$/"), "");
}

TEST(Phone, KeepsNumbersWithTheirCountryCode) {
    EXPECT_EQ(syncing::to_e164("+81 70-1234-5678"), "+817012345678");
    EXPECT_EQ(syncing::to_e164(" 0033 (6) 12.34/56 78"), "+33612345678");
    EXPECT_EQ(syncing::to_e164("+33\u00a0612345678"), "+33612345678");
    EXPECT_EQ(syncing::to_e164("+49 (0)170 1234567"), "+491701234567");
}

TEST(Phone, RefusesWhatMayBeSomethingElse) {
    for (const auto* text :
         {"", "0612345678", "12345678", "+0612345678", "+123", "+1234567890123456", "+39 (0)6 69812345",
          "0039 (0)6 69812345", "+49 30 1234567/89", "+33 6 12 ext. 3", "call +33612345678", "00", "+"})
        EXPECT_FALSE(syncing::to_e164(text)) << text;
}

struct NationalNumber {
    const char* country;
    const char* written;
    const char* e164;  // "": in doubt
};

const NationalNumber national_numbers[] = {
    {"FR", "06 12 34 56 78", "+33612345678"},
    {"FR", "+44 20 7946 0958", "+442079460958"},
    {"FR", "0044 20 7946 0958", "+442079460958"},
    {"FR", "6 12 34 56 78", ""},
    {"FR", "33 6 12 34 56 78", ""},
    {"FR", "06 12 34 56", ""},
    {"FR", "06 12 34 56 78 9", ""},
    {"FR", "(0)6 12 34 56 78", "+33612345678"},
    {"FR", "112", ""},
    {"FR", "", ""},
    {"DE", "0170 1234567", "+491701234567"},
    {"DE", "030/123456", "+4930123456"},
    {"GB", "020 7946 0958", "+442079460958"},
    {"GB", "00 20 7946 0958", "+2079460958"},
    {"US", "(415) 555-2671", "+14155552671"},
    {"US", "1-415-555-2671", "+14155552671"},
    {"AU", "0011 44 20 7946 0958", ""},
    {"AU", "+44 20 7946 0958", "+442079460958"},
    {"HK", "001 44 20 7946 0958", ""},
    {"DE", "030 1234567/8", ""},
    {"US", "0415 555 267", ""},
    {"US", "555-2671", ""},
    {"IT", "06 1234 5678", "+390612345678"},
    {"IT", "347 123 4567", "+393471234567"},
    {"ES", "612 345 678", "+34612345678"},
    {"ES", "34 612 345 678", ""},
    {"DK", "06 12 34 56", ""},
    {"HU", "06 20 123 4567", "+36201234567"},
    {"HU", "20 123 4567", ""},
    {"RU", "8 912 345-67-89", "+79123456789"},
    {"BR", "11 91234-5678", "+5511912345678"},
    {"BR", "011 91234-5678", "+5511912345678"},
};

TEST(Phone, WithinACountryIsReadAsThatCountryWritesIt) {
    for (const auto& [country, written, e164] : national_numbers)
        EXPECT_EQ(syncing::to_e164(written, &config::numbering_plan_of(country)).value_or(""), e164)
            << country << ' ' << written;
}

TEST(Phone, OfAnUnknownCountryIsAnErrorThatNamesTheKnownOnes) {
    for (const auto* country : {"", "fr", "FRA", "ZZ"}) {
        try {
            config::numbering_plan_of(country);
            ADD_FAILURE() << country;
        } catch (const std::invalid_argument& error) {
            EXPECT_THAT(error.what(), testing::HasSubstr("DE DK DO"));
        }
    }
}

brevo::Attribute attribute(AttributeType type, std::vector<std::string> options = {}) {
    return {"FIELD", type, std::move(options)};
}

std::optional<brevo::Value> converted(const FieldValue& value, const brevo::Attribute& to) {
    const auto conversion = syncing::convert(value, to);
    EXPECT_NE(conversion.value.has_value(), !conversion.problem.empty()) << "a value, or why there is none";
    return conversion.value;
}

FieldValue text(const char* value) {
    return std::string(value);
}

TEST(AttributeValue, NothingIsNeitherValueNorProblem) {
    const auto conversion = syncing::convert({}, attribute(AttributeType::date));
    EXPECT_FALSE(conversion.value);
    EXPECT_EQ(conversion.problem, "");
}

TEST(AttributeValue, EachTypeTakesWhatItCan) {
    EXPECT_EQ(converted(std::int64_t{3}, attribute(AttributeType::text)), brevo::Value("3"));
    EXPECT_EQ(converted(text("2026-10-12"), attribute(AttributeType::date)), brevo::Value("2026-10-12"));
    EXPECT_EQ(converted(text("2026-10-12T10:00:00Z"), attribute(AttributeType::date)),
              brevo::Value("2026-10-12"));
    EXPECT_EQ(converted(text("1.5"), attribute(AttributeType::number)), brevo::Value(1.5));
    EXPECT_EQ(converted(std::int64_t{3}, attribute(AttributeType::number)), brevo::Value(3.0));
    EXPECT_EQ(converted(text("Yes!"), attribute(AttributeType::boolean)), brevo::Value(true));
    EXPECT_EQ(converted(text("false"), attribute(AttributeType::boolean)), brevo::Value(false));
    EXPECT_EQ(converted(text("sales "), attribute(AttributeType::category, {"Sales", "IT"})),
              brevo::Value("Sales"));
    EXPECT_EQ(converted(text("it\nSALES"), attribute(AttributeType::multiple_choice, {"Sales", "IT"})),
              brevo::Value(std::vector<std::string>{"IT", "Sales"}));
}

TEST(AttributeValue, AnOptionIsNotTakenForAnotherOneOfTheSameWords) {
    const auto languages = attribute(AttributeType::category, {"C", "C++", "C#"});
    EXPECT_EQ(converted(text("c++"), languages), brevo::Value("C++"));
    EXPECT_EQ(converted(text("C"), languages), brevo::Value("C"));
    EXPECT_FALSE(converted(text("C!"), languages)) << "which of the three?";
    const auto sizes = attribute(AttributeType::category, {"< 50 employees", "> 50 employees"});
    EXPECT_EQ(converted(text("> 50 employees"), sizes), brevo::Value("> 50 employees"));
    EXPECT_FALSE(converted(text("50 employees"), sizes));
}

TEST(AttributeValue, ChoicesThatAreOptionsAreKeptAndTheOthersTold) {
    const auto conversion =
        syncing::convert(text("IT\nHR"), attribute(AttributeType::multiple_choice, {"IT"}));
    EXPECT_EQ(conversion.value, brevo::Value(std::vector<std::string>{"IT"}));
    EXPECT_THAT(conversion.problem, HasSubstr("some are none of the options"));
}

TEST(AttributeValue, ATimeIsADateOrATextOfItsZoneAndNoNumber) {
    const LocalTime time{*calendly::parse_timestamp("2026-10-12T22:30:00Z"), "Europe/Paris"};
    EXPECT_EQ(converted(time, attribute(AttributeType::date)), brevo::Value("2026-10-13"));
    EXPECT_EQ(converted(time, attribute(AttributeType::text)), brevo::Value("2026-10-13T00:30:00+02:00"));
    EXPECT_FALSE(converted(time, attribute(AttributeType::number)));
}

TEST(AttributeValue, WhatDoesNotFitIsAProblem) {
    EXPECT_FALSE(converted(text("tomorrow"), attribute(AttributeType::date)));
    EXPECT_FALSE(converted(text("2026-13-01"), attribute(AttributeType::date)));
    EXPECT_FALSE(converted(text("12 people"), attribute(AttributeType::number)));
    for (const auto* number : {"", "nan", "inf", "-infinity", "1e999"})
        EXPECT_FALSE(converted(text(number), attribute(AttributeType::number))) << number;
    EXPECT_FALSE(converted(text("perhaps"), attribute(AttributeType::boolean)));
    EXPECT_FALSE(converted(text("HR"), attribute(AttributeType::category, {"Sales", "IT"})));
    EXPECT_FALSE(converted(text("HR"), attribute(AttributeType::multiple_choice, {"Sales", "IT"})));
    EXPECT_FALSE(converted(text("x"), attribute(AttributeType::other)));
}

TEST(Backoff, DoublesUpToItsLimitWithFullJitter) {
    using namespace std::chrono_literals;
    const syncing::Backoff backoff{100ms, 1000ms};
    EXPECT_EQ(backoff.after(1, 1.0), 100ms);
    EXPECT_EQ(backoff.after(2, 1.0), 200ms);
    EXPECT_EQ(backoff.after(4, 0.5), 400ms);
    EXPECT_EQ(backoff.after(5, 1.0), 1000ms);
    EXPECT_EQ(backoff.after(4'000'000'000U, 1.0), 1000ms);
    EXPECT_EQ(backoff.after(3, 0.0), 0ms);
}

TEST(Mask, AddressesKeepTheirFirstLetterAndDomain) {
    EXPECT_EQ(syncing::mask_email("ada@example.com"), "a***@example.com");
    EXPECT_EQ(syncing::mask_email("@example.com"), "***");
    EXPECT_EQ(syncing::mask_email("nonsense"), "***");
}

TEST(Mask, OfAnAnswerTheLogSaysWhyItRefused) {
    http::ApiFailure failure;
    failure.reason = "Brevo answered 400";
    failure.status = 400;
    failure.body =
        R"({"code":"invalid_parameter","message":"SMS +33612345678 of ada@example.com","contact":"Ada"})";
    EXPECT_EQ(syncing::describe(failure),
              "Brevo answered 400: invalid_parameter, SMS *** of a***@example.com");
    failure.body = R"({"message":"unrecognised IP address 192.168.200.7."})";
    EXPECT_EQ(syncing::describe(failure), "Brevo answered 400: unrecognised IP address 192.168.200.7.");
    failure.body = R"({"code":7,"message":"abc123456789 is unknown"})";
    EXPECT_EQ(syncing::describe(failure), "Brevo answered 400: abc123456789 is unknown");
    failure.body = "[1]";
    EXPECT_EQ(syncing::describe(failure), "Brevo answered 400: [1]");
    failure.body = "<html>0612345678</html>";
    EXPECT_EQ(syncing::describe(failure), "Brevo answered 400: <html>***</html>");
    failure.status = 200;
    EXPECT_EQ(syncing::describe(failure), "Brevo answered 400") << "what it answered may be a person's data";
}

TEST(Mask, BodiesLoseWhatIsPersonal) {
    const auto masked = syncing::mask_body(
        R"({"event":"invitee.created","payload":{"uri":"https://x/1","meeting_notes_plain":"Ada is","phone_number":44,"email":"ada@example.com","name":"Ada",
            "questions_and_answers":[{"question":"Phone?","answer":"+44"}],"scheduled_event":{"location":{"join_url":"u",
            "data":{"password":"p"}}},"cancellation":{"reason":"ill"},"text_reminder_number":null,
            "rescheduled":false}})");
    for (const auto* harmless : {"https://x/1", "\"text_reminder_number\":null", "\"rescheduled\":false"})
        EXPECT_THAT(masked, HasSubstr(harmless));
    for (const auto* personal : {"Phone?", "ada", "Ada", "+44", "\"u\"", "\"p\"", "ill\""})
        EXPECT_THAT(masked, Not(HasSubstr(personal)));
    EXPECT_EQ(syncing::mask_body("{oops"), "5 bytes that are not JSON");
}

TEST(Mask, FailuresQuoteTheAnswerWithoutAddresses) {
    http::ApiFailure failure;
    failure.reason = "Brevo answered 400 to POST /contacts";
    failure.body = "{\"message\":\"ada@example.com is\nwrong\"}";
    EXPECT_EQ(syncing::describe(failure),
              "Brevo answered 400 to POST /contacts: {\"message\":\"a***@example.com is wrong\"}");
    failure.body = "\x1b[1m\x7f";
    EXPECT_EQ(syncing::describe(failure), "Brevo answered 400 to POST /contacts:  [1m ");
    failure.body.clear();
    EXPECT_EQ(syncing::describe(failure), "Brevo answered 400 to POST /contacts");
}

}  // namespace
