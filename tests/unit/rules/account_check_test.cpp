// What a Brevo account has, compared with what the configuration names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/account_check.hpp"
#include "rules/field_source.hpp"
#include "rules/outcome.hpp"

namespace account_check_test {

using brevo::AttributeType;
using rules::Lists;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

const rules::FieldMapping mapping{{{"name", "FIRSTNAME"}}, {{"company", "COMPANY"}, {"phone", "SMS"}}};

TEST(Account, MissingAttributesAreThoseOfTheMapping) {
    const auto known = rules::index_by_name({{"FIRSTNAME", AttributeType::text, {}}});
    EXPECT_THAT(rules::missing_attributes(mapping, known), ElementsAre("COMPANY"));
    EXPECT_THAT(rules::missing_attributes(mapping, rules::assume_text(mapping)), IsEmpty());
}

TEST(Account, CountsAreCreatedAsNumbers) {
    const rules::FieldMapping counting{{{"name", "FIRSTNAME"}, {"booking_count", "BOOKINGS"}}, {}};
    EXPECT_EQ(rules::type_to_create(counting, "BOOKINGS"), AttributeType::number);
    EXPECT_EQ(rules::type_to_create(counting, "FIRSTNAME"), AttributeType::text);
    EXPECT_EQ(rules::type_to_create(mapping, "COMPANY"), AttributeType::text);
}

TEST(Account, UnwritableAttributesAreThoseOfTheMapping) {
    const auto known = rules::index_by_name({{"FIRSTNAME", AttributeType::other, {}},
                                             {"COMPANY", AttributeType::text, {}},
                                             {"X", AttributeType::other, {}}});
    EXPECT_THAT(rules::unwritable_attributes(mapping, known), ElementsAre("FIRSTNAME"));
}

TEST(Account, AProblemWithAttributesNamesEachAndWhatToDo) {
    EXPECT_EQ(rules::attribute_problem(mapping, rules::assume_text(mapping)), "");
    const auto known = rules::index_by_name({{"FIRSTNAME", AttributeType::other, {}}});
    EXPECT_THAT(rules::attribute_problem(mapping, known),
                AllOf(HasSubstr("lacks: COMPANY"), HasSubstr("cannot be written: FIRSTNAME"),
                      HasSubstr("create_attributes: true")));
    const auto unwritable_only =
        rules::index_by_name({{"FIRSTNAME", AttributeType::other, {}}, {"COMPANY", AttributeType::text, {}}});
    EXPECT_THAT(rules::attribute_problem(mapping, unwritable_only), Not(HasSubstr("lacks")));
}

TEST(Account, ACategoryForTheStatusNeedsAnOptionForEachThatIsSent) {
    rules::Mapping wanted;
    wanted.field_mapping.fields = {{"status", "STATE"}, {"name", "FIRSTNAME"}};
    const auto with = [](std::vector<std::string> labels) {
        brevo::Attribute state{"STATE", AttributeType::category, std::move(labels), {1, 2, 3}};
        return rules::index_by_name({state, {"FIRSTNAME", AttributeType::category, {}, {}}});
    };
    EXPECT_EQ(rules::status_problem(wanted, with({"Booked", "CANCELLED", "no_show"})), "");
    EXPECT_THAT(rules::status_problem(wanted, with({"booked", "gone", "no_show"})),
                AllOf(HasSubstr("STATE: cancelled;"), Not(HasSubstr("FIRSTNAME"))));
    wanted.sync.cancellations = false;
    EXPECT_EQ(rules::status_problem(wanted, with({"booked", "gone", "no_show"})), "");
    EXPECT_EQ(rules::status_problem(wanted, rules::index_by_name({{"STATE", AttributeType::text, {}, {}}})),
              "");
    EXPECT_EQ(rules::status_problem(wanted, {}), "") << "a missing attribute is another problem";
}

TEST(Account, WhatATypeCannotHoldIsFound) {
    const auto unfit = [](const char* source, AttributeType type, std::vector<std::string> labels = {}) {
        std::vector<std::int64_t> numbers(labels.size(), 1);
        const auto account =
            rules::index_by_name({{"IT", type, std::move(labels), {numbers.begin(), numbers.end()}}});
        return !rules::unfit_attributes({{{source, "IT"}}, {}}, account).empty();
    };
    for (const auto* source : {"name", "status", "event_type_name", "join_url", "text_reminder_number"})
        for (const auto type : {AttributeType::number, AttributeType::date, AttributeType::boolean})
            EXPECT_TRUE(unfit(source, type)) << source;
    for (const auto source : rules::field_source_names()) {
        EXPECT_FALSE(unfit(std::string(source).c_str(), AttributeType::text)) << source;
        EXPECT_TRUE(unfit(std::string(source).c_str(), AttributeType::category))
            << source << " without options";
    }
    EXPECT_TRUE(unfit("name", AttributeType::multiple_choice, {"a", "b"}));
    EXPECT_FALSE(unfit("event_type_name", AttributeType::category, {"Demo"}));
    EXPECT_FALSE(unfit("scheduled_at", AttributeType::date));
    EXPECT_TRUE(unfit("scheduled_at", AttributeType::number));
    EXPECT_FALSE(unfit("booking_count", AttributeType::number));
    EXPECT_TRUE(unfit("booking_count", AttributeType::date));
    EXPECT_FALSE(unfit("utm_term", AttributeType::number)) << "it may be one";

    const auto phone = rules::index_by_name({});
    EXPECT_THAT(rules::unfit_attributes({{{"name", "SMS"}}, {}}, phone), ElementsAre("SMS (text): name"));
    EXPECT_THAT(rules::unfit_attributes({{{"text_reminder_number", "SMS"}}, {}}, phone), IsEmpty());
    EXPECT_THAT(rules::unfit_attributes({{{"name", "SMS"}, {"text_reminder_number", "SMS"}}, {}}, phone),
                IsEmpty());
    EXPECT_THAT(rules::unfit_attributes({{{"name", "SMS"}}, {{"phone", "SMS"}}}, phone), IsEmpty());
}

TEST(Account, AStatusNeedsItsOptionsInAMultipleChoiceToo) {
    rules::Mapping wanted;
    wanted.field_mapping.fields = {{"status", "STATE"}};
    const auto account = rules::index_by_name({{"STATE", AttributeType::multiple_choice, {"booked"}, {}}});
    EXPECT_THAT(rules::status_problem(wanted, account), HasSubstr("STATE: cancelled, STATE: no_show"));
}

TEST(Account, AttributesThatWereLeftOutAreNamed) {
    EXPECT_EQ(rules::left_out_problem({}), "");
    EXPECT_THAT(rules::left_out_problem({{"STATE", "SIZE"}, {"DAY"}}),
                AllOf(HasSubstr("some values: SIZE, STATE;"), HasSubstr("Brevo refuses: DAY;")));
}

rules::Mapping with_lists() {
    rules::Mapping lists;
    lists.event_mapping = {{"demo", "uri-1", 11}, {"call", "uri-2", 10}, {"chat", "uri-3", std::nullopt}};
    lists.cancellation.list_id = 20;
    lists.no_show.list_id = 10;
    return lists;
}

TEST(Account, ConfiguredListsHaveTheirPlaces) {
    EXPECT_THAT(rules::configured_lists(with_lists()),
                ElementsAre(Pair(10, ElementsAre("event_mapping.call.list_id", "no_show.list_id")),
                            Pair(11, ElementsAre("event_mapping.demo.list_id")),
                            Pair(20, ElementsAre("cancellation.list_id"))));
    EXPECT_THAT(rules::configured_lists(rules::Mapping()), IsEmpty());
}

TEST(Account, AProblemWithListsNamesEveryPlace) {
    EXPECT_EQ(rules::list_problem(with_lists(), Lists{}), "");
    EXPECT_EQ(rules::list_problem(with_lists(), Lists{99}), "") << "not configured any more";
    EXPECT_THAT(rules::list_problem(with_lists(), Lists{10, 20}),
                AllOf(HasSubstr("event_mapping.call.list_id: 10"), HasSubstr("no_show.list_id: 10"),
                      HasSubstr("cancellation.list_id: 20"), Not(HasSubstr("demo"))));
}

TEST(Account, ListsThatAreLeftOutAreNeitherJoinedNorLeft) {
    brevo::Contact contact;
    contact.join_lists = {10, 11};
    contact.leave_lists = {20, 21};
    EXPECT_EQ(rules::lists_of(contact), (Lists{10, 11, 20, 21}));
    EXPECT_FALSE(rules::leave_out(contact, Lists{30}));
    EXPECT_TRUE(rules::leave_out(contact, Lists{11}));
    EXPECT_TRUE(rules::leave_out(contact, Lists{20}));
    EXPECT_THAT(contact.join_lists, ElementsAre(10));
    EXPECT_THAT(contact.leave_lists, ElementsAre(21));
}

// Nothing is written to Redis or Brevo for what is known already.
TEST(Outcome, IsNewsWhenAnythingIsUnfinishedDoneOrChanged) {
    rules::Outcome outcome;
    outcome.stored = rules::serialize(outcome.ledger);
    EXPECT_FALSE(outcome.is_news());
    EXPECT_EQ(outcome.changed_ledger(), "");
    auto unfinished = outcome, done = outcome, changed = outcome;
    unfinished.is_unfinished = true;
    EXPECT_TRUE(unfinished.is_news());
    done.ledger.done.insert("invitee.created:x");
    EXPECT_TRUE(done.is_news());
    changed.ledger.lists.insert(10);
    EXPECT_TRUE(changed.is_news());
    EXPECT_EQ(changed.changed_ledger(), rules::serialize(changed.ledger));
}

}  // namespace account_check_test
