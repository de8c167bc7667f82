// Which of several answers and sources an attribute has its value from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/brevo_event.hpp"
#include "rules/contact.hpp"
#include "unit/rules/support.hpp"

namespace contact_sources_test {

using namespace rules_support;
using rules::Ledger;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;

class ContactSourcesTest : public testing::Test {
protected:
    ContactSourcesTest() {
        mapping.field_mapping.questions_and_answers = {{"company", "COMPANY"}, {"phone", "SMS"}};
        for (const auto* name : {"COMPANY", "SMS"})
            account.attributes[name] = {name, brevo::AttributeType::text, {}};
    }

    brevo::Contact project(const Ledger& ledger) {
        auto projection = rules::project("ada@example.com", ledger, mapping, account);
        ambiguous_keys = projection.ambiguous_keys;
        return projection.contact;
    }

    rules::Mapping mapping;
    rules::Account account;
    std::set<std::string> ambiguous_keys;
};

TEST_F(ContactSourcesTest, TheNewestOfSeveralSourcesWinsWhateverItsKind) {
    mapping.field_mapping.fields.emplace_back("text_reminder_number", "SMS");
    auto older = first.booked(), newer = second.booked();
    older.invitee.answers = {{"Phone", "+442079460958"}};
    newer.invitee.text_reminder_number = "+33612345678";
    EXPECT_EQ(project(fold_all({older, newer})).attributes.at("SMS"), brevo::Value("+33612345678"));
    newer.invitee.answers = {{"Phone", "+4930123456"}};
    EXPECT_EQ(project(fold_all({older, newer})).attributes.at("SMS"), brevo::Value("+4930123456"))
        << "of one booking, the answer";
    newer.invitee.answers = {{"Phone", "call me"}};
    EXPECT_EQ(project(fold_all({older, newer})).attributes.at("SMS"), brevo::Value("+33612345678"));
    newer.invitee.text_reminder_number = "\u200b";
    EXPECT_EQ(project(fold_all({older, newer})).attributes.at("SMS"), brevo::Value("+442079460958"));
}

TEST_F(ContactSourcesTest, AnUnfitAnswerDoesNotHideTheNextOfTheSameBooking) {
    mapping.field_mapping.questions_and_answers = {
        {"/phone/", "SMS"}, {"company", "COMPANY"}, {"firm", "COMPANY"}};
    auto booked = first.booked();
    booked.invitee.answers = {
        {"Phone", "call me"}, {"Mobile phone", "+33612345678"}, {"Company", ""}, {"Firm", "X"}};
    const auto contact = project(fold_all({booked}));
    EXPECT_EQ(contact.attributes.at("SMS"), brevo::Value("+33612345678"));
    EXPECT_EQ(contact.attributes.at("COMPANY"), brevo::Value("X"));
}

TEST_F(ContactSourcesTest, AKeyThatMayMeanSeveralQuestionsIsTold) {
    auto booked = first.booked();
    booked.invitee.answers = {{"Mobile phone", "+33612345678"}, {"Office phone", "+442079460958"}};
    EXPECT_THAT(project(fold_all({booked})).attributes, testing::Not(testing::Contains(Key("SMS"))));
    EXPECT_THAT(ambiguous_keys, ElementsAre("phone"));
    booked.invitee.answers.push_back({"Phone", "+4930123456"});
    EXPECT_EQ(project(fold_all({booked})).attributes.at("SMS"), brevo::Value("+4930123456"));
    EXPECT_THAT(ambiguous_keys, IsEmpty());
}

TEST_F(ContactSourcesTest, ControlCharactersOfAnOldLedgerDoNotTravel) {
    auto booked = first.booked();
    booked.invitee.answers = {{"Company", std::string("A\0\x1b"
                                                      "B\nC",
                                                      6)}};
    booked.event.location = "Room\x07 1";
    const auto ledger = fold_all({booked});
    EXPECT_EQ(project(ledger).attributes.at("COMPANY"), brevo::Value("AB\nC"));
    const auto event = rules::make_event(
        "ada@example.com", ledger, {rules::Change::booked, "id\x01", booked.invitee.uri, at("09:00:00")});
    EXPECT_EQ(event.properties.at("location").as_string(), "Room 1");
    EXPECT_EQ(event.properties.at("change_id").as_string(), "id");
}

}  // namespace contact_sources_test
