// What the Brevo account has of that which the configuration names, and what is said about the rest.
#include "unit/sync/fixture.hpp"

namespace brevo_account_test {

using namespace sync_support;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class BrevoAccountTest : public SyncTest {
protected:
    api::Retry retry_ = make_retry(api::ApiName::brevo_contacts);
    syncing::BrevoAccount account_{mapping, false, brevo, retry_, log};
};

TEST_F(BrevoAccountTest, UntilItIsReadThatIsTheProblem) {
    EXPECT_THAT(account_.problem(), HasSubstr("has not been read"));
    run(account_.read());
    EXPECT_EQ(account_.problem(), "");
}

TEST_F(BrevoAccountTest, MissingAttributesAndListsAreNamed) {
    brevo.account_attributes.pop_back();
    brevo.lists[11] = false;
    run(account_.read());
    EXPECT_THAT(account_.problem(), HasSubstr("BOOKING_STATUS"));
    EXPECT_THAT(account_.problem(), HasSubstr("event_mapping.demo.list_id: 11"));
    EXPECT_THAT(brevo.calls, Not(Contains(testing::StartsWith("create"))));
}

TEST_F(BrevoAccountTest, MissingAttributesAreCreatedWhereThatIsWanted) {
    syncing::BrevoAccount creating(mapping, true, brevo, retry_, log);
    brevo.account_attributes.pop_back();
    run(creating.read());
    EXPECT_THAT(brevo.calls, Contains("create BOOKING_STATUS"));
    EXPECT_EQ(creating.problem(), "");
}

TEST_F(BrevoAccountTest, AnAttributeThatAnotherAgentCreatedFirstIsThere) {
    syncing::BrevoAccount creating(mapping, true, brevo, retry_, log);
    brevo.account_attributes.pop_back();
    brevo.fail_next("create", 400, R"({"message":"Attribute name must be unique"})");
    run(creating.read());
    EXPECT_EQ(creating.problem(), "");
}

TEST_F(BrevoAccountTest, AKeyThatMayNotReadTheAttributesSendsEverythingAsText) {
    brevo.fail_next("attributes", 403);
    run(account_.read());
    EXPECT_THAT(account_.problem(), HasSubstr("every value is sent as text"));
    EXPECT_EQ(account_.account().attributes.at("FIRSTNAME").type, brevo::AttributeType::text);
}

TEST_F(BrevoAccountTest, WhatWasReadLastCountsWhenItCannotBeReadAgain) {
    brevo.account_attributes[0].type = brevo::AttributeType::date;
    run(account_.read());
    brevo.fail_next("attributes", 403);
    run(account_.read());
    EXPECT_THAT(account_.problem(), HasSubstr("those that were read last count"));
    EXPECT_EQ(account_.account().attributes.at("FIRSTNAME").type, brevo::AttributeType::date);
}

TEST_F(BrevoAccountTest, AListThatIsThereAgainIsNoProblemAnyMore) {
    brevo.lists[11] = false;
    run(account_.read());
    brevo.lists[11] = true;
    run(account_.read());
    EXPECT_EQ(account_.problem(), "");
    EXPECT_THAT(account_.account().missing_lists, IsEmpty());
}

TEST_F(BrevoAccountTest, ListsThatAreNotToBlameStayInTheContact) {
    run(account_.read());
    brevo::Contact contact{ada, {}, {11}, {}};
    const auto leave_out = [&]() -> asio::awaitable<bool> { return account_.leave_out_missing(contact); };
    EXPECT_FALSE(result_of(leave_out()));
    EXPECT_THAT(contact.join_lists, ElementsAre(11));
}

TEST_F(BrevoAccountTest, WhatOneContactFoundOutIsNotAskedAgain) {
    run(account_.read());
    brevo.lists[11] = false;
    brevo::Contact one{ada, {}, {11, 10}, {}};
    EXPECT_TRUE(result_of(account_.leave_out_missing(one)));
    EXPECT_THAT(one.join_lists, ElementsAre(10));
    brevo.calls.clear();
    brevo::Contact other{bea, {}, {11}, {}};
    EXPECT_TRUE(result_of(account_.leave_out_missing(other)));
    EXPECT_THAT(brevo.calls, IsEmpty());
}

}  // namespace brevo_account_test
