// Whose delivery it is.
#include <gtest/gtest.h>

#include "rules/person.hpp"

namespace {

calendly::Delivery form_with(const std::vector<calendly::Answer>& answers) {
    calendly::Delivery delivery;
    delivery.routing_form.emplace().answers = answers;
    return delivery;
}

TEST(Person, IsAnAddressWithoutItsCaseAndTheSpaceAroundIt) {
    EXPECT_EQ(rules::person_of(" Ada@Example.COM\t"), "ada@example.com");
    EXPECT_EQ(rules::person_of("ada+demo@example.com"), "ada+demo@example.com");
    EXPECT_EQ(rules::person_of("  "), "");
}

TEST(Person, OfAnInviteesDeliveryIsTheInvitee) {
    calendly::Delivery delivery;
    delivery.invitee.emplace().email = " Ada@Example.com";
    EXPECT_EQ(rules::person_in(delivery), "ada@example.com");
    delivery.invitee->email = "";
    EXPECT_EQ(rules::person_in(delivery), "");
}

TEST(Person, OfARoutingFormIsTheFirstAnswerThatIsAnAddress) {
    EXPECT_EQ(
        rules::person_in(form_with(
            {{"Company", "Engines @ home"}, {"E-mail", "Ada@Example.com"}, {"Another", "eve@example.com"}})),
        "ada@example.com");
    EXPECT_EQ(rules::person_in(form_with({{"Company", "Engines"}})), "");
    EXPECT_EQ(rules::person_in(form_with({})), "");
}

TEST(Person, OfAnyOtherDeliveryIsNobody) {
    EXPECT_EQ(rules::person_in({}), "");
}

}  // namespace
