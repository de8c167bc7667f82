// Whose delivery it is.
#include <gtest/gtest.h>

#include "rules/person.hpp"

namespace person_test {

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

TEST(Person, IsNobodyElseForWhatNobodySees) {
    EXPECT_EQ(rules::person_of("ada@example.com\u200b"), "ada@example.com");
    EXPECT_EQ(rules::person_of("\u0130stanbul@example.com"), "\u0130stanbul@example.com");
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

TEST(Person, OfARoutingFormIsRatherTheAnswerAboutTheirOwnAddress) {
    const auto own = [](const std::vector<const char*>& questions) {
        std::vector<calendly::Answer> answers;
        for (const auto* question : questions)
            answers.push_back({question, "of" + std::to_string(answers.size()) + "@example.com"});
        return rules::person_in(form_with(answers));
    };
    EXPECT_EQ(own({"Your manager's email", "Your email"}), "of1@example.com");
    EXPECT_EQ(own({"Who referred you?", "Work e-mail address *"}), "of1@example.com");
    EXPECT_EQ(own({"Whom may we contact in an emergency?", "How can we reach you?"}), "of1@example.com");
    EXPECT_EQ(own({"How can we reach you?", "Business email"}), "of1@example.com");
    EXPECT_EQ(own({"E-mail for the invitation", "What is your email?"}), "of1@example.com");
    EXPECT_EQ(own({"Email of your assistant", "Adresse e-mail"}), "of1@example.com");
    EXPECT_EQ(own({"E-Mail eines Kollegen: Kollege", "Ihre E-Mail-Adresse"}), "of1@example.com");
    EXPECT_EQ(own({"\u540c\u4e8b", "\u30e1\u30fc\u30eb\u30a2\u30c9\u30ec\u30b9"}), "of1@example.com");
    EXPECT_EQ(own({"Email", "Confirm your email", "Email"}), "of0@example.com") << "the first of equal ones";
    EXPECT_EQ(own({"Your boss's email"}), "of0@example.com") << "better than nobody";
}

TEST(Person, OfAnyOtherDeliveryIsNobody) {
    EXPECT_EQ(rules::person_in({}), "");
}

}  // namespace person_test
