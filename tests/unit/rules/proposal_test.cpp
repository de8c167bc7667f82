#include "rules/proposal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proposal_test {

using brevo::AttributeType;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

rules::AccountAttributes account(std::vector<brevo::Attribute> attributes) {
    return rules::index_by_name(std::move(attributes));
}

using Pairs = rules::FieldMapping::Pairs;

Pairs proposed(const std::vector<calendly::Question>& questions, const rules::AccountAttributes& there) {
    const auto mapping = rules::field_mapping_of(rules::propose_fields(questions, there));
    auto pairs = mapping.fields;
    pairs.insert(pairs.end(), mapping.questions_and_answers.begin(), mapping.questions_and_answers.end());
    return pairs;
}

std::string target_of(const std::string& source, const Pairs& pairs) {
    for (const auto& [from, to] : pairs)
        if (from == source) return to;
    return "";
}

TEST(Proposal, OfAnEmptyAccountIsWhatIsUsual) {
    EXPECT_THAT(proposed({}, account({})),
                ElementsAre(Pair("first_name", "FIRSTNAME"), Pair("last_name", "LASTNAME"),
                            Pair("event_type_name", "CALENDLY_EVENT_TYPE"),
                            Pair("scheduled_at", "MEETING_DATE"), Pair("status", "BOOKING_STATUS")));
}

TEST(Proposal, TakesTheNamesThatTheAccountHas) {
    const auto pairs =
        proposed({}, account({{"PRENOM"}, {"NOM"}, {"TIMEZONE"}, {"BOOKINGS", AttributeType::number}}));
    EXPECT_EQ(target_of("first_name", pairs), "PRENOM");
    EXPECT_EQ(target_of("last_name", pairs), "NOM");
    EXPECT_EQ(target_of("timezone", pairs), "TIMEZONE");
    EXPECT_EQ(target_of("booking_count", pairs), "BOOKINGS");
    EXPECT_EQ(target_of("join_url", pairs), "");
}

TEST(Proposal, PassesOverAttributesThatCannotHoldTheValue) {
    const brevo::Attribute picky{"BOOKING_STATUS", AttributeType::category, {"new", "old"}, {1, 2}};
    auto pairs = proposed({}, account({picky,
                                       {"MEETING_DATE", AttributeType::date},
                                       {"CALENDLY_EVENT_TYPE", AttributeType::other},
                                       {"TIMEZONE", AttributeType::boolean}}));
    EXPECT_EQ(target_of("status", pairs), "CALENDLY_BOOKING_STATUS");
    EXPECT_EQ(target_of("scheduled_at", pairs), "MEETING_DATE");
    EXPECT_EQ(target_of("event_type_name", pairs), "CALENDLY_CALENDLY_EVENT_TYPE");
    EXPECT_EQ(target_of("timezone", pairs), "");
    const brevo::Attribute whole{
        "BOOKING_STATUS", AttributeType::category, {"Booked", "Cancelled", "No_Show"}, {1, 2, 3}};
    EXPECT_EQ(target_of("status", proposed({}, account({whole}))), "BOOKING_STATUS");
}

TEST(Proposal, MapsQuestionsByTheirWords) {
    const std::vector<calendly::Question> questions = {
        {"Your team size?", "string", {}},
        {"Which company do you work for?", "string", {}},
        {"What is your favourite colour of all the colours that there are?", "text", {}},
        {"Was möchten Sie?", "text", {}},
        {"Where do we reach you?", "phone_number", {}},
        {"???", "text", {}}};
    const auto pairs = proposed(questions, account({{"YOUR_TEAM_SIZE"}}));
    EXPECT_EQ(target_of(questions[0].text, pairs), "YOUR_TEAM_SIZE");
    EXPECT_EQ(target_of(questions[1].text, pairs), "COMPANY");
    EXPECT_EQ(target_of(questions[2].text, pairs), "WHAT_IS_YOUR_FAVOURITE_COLOUR_OF_ALL_THE");
    EXPECT_EQ(target_of(questions[3].text, pairs), "WAS_MOCHTEN_SIE");
    EXPECT_EQ(target_of(questions[4].text, pairs), "SMS");
    EXPECT_EQ(target_of(questions[5].text, pairs), "");
}

TEST(Proposal, ChoicesNeedTheirOptions) {
    const calendly::Question plan{"Plan", "single_select", {"Small", "Large"}};
    const brevo::Attribute fitting{"PLAN", AttributeType::category, {"small", "large"}, {1, 2}};
    const brevo::Attribute lacking{"PLAN", AttributeType::category, {"small"}, {1}};
    EXPECT_EQ(target_of("Plan", proposed({plan}, account({fitting}))), "PLAN");
    EXPECT_EQ(target_of("Plan", proposed({plan}, account({lacking}))), "CALENDLY_PLAN");
}

TEST(Proposal, IsTheSameOnceItsAttributesAreMade) {
    const std::vector<calendly::Question> questions = {
        {"Timezone", "string", {}},
        {"Company", "string", {}},
        {"A long question about this and that and more", "text", {}}};
    const auto first = proposed(questions, account({}));
    std::vector<brevo::Attribute> made;
    for (const auto& [source, name] : first) made.push_back({name});
    EXPECT_EQ(proposed(questions, account(made)), first);
}

TEST(Proposal, EachQuestionIsAskedOnce) {
    calendly::ListedEventType one, other;
    one.questions = {{"Company?", "string", {}}};
    other.questions = {{"company", "string", {}}, {"Role", "string", {}}};
    const auto questions = rules::distinct_questions({one, other});
    ASSERT_EQ(questions.size(), 2u);
    EXPECT_EQ(questions[0].text, "Company?");
    EXPECT_EQ(questions[1].text, "Role");
}

TEST(Proposal, NamesOfMappingsAreWordsAndUnique) {
    EXPECT_EQ(rules::mapping_name("Discovery Call (30')", {}), "discovery_call_30");
    EXPECT_EQ(rules::mapping_name("Demo", {"demo", "demo_2"}), "demo_3");
    EXPECT_EQ(rules::mapping_name("!!!", {}), "event_type");
}

TEST(Proposal, ListsAreFoundByTheirNames) {
    const std::vector<brevo::List> lists = {{7, "demos", 1}, {3, "Demos", 1}, {4, "Other", 1}};
    EXPECT_EQ(rules::list_named("DEMOS", lists), 3);
    EXPECT_EQ(rules::list_named("Calls", lists), std::nullopt);
}

}  // namespace proposal_test
