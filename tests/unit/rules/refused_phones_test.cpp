// Which phone numbers are not offered again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/refused_phones.hpp"

namespace refused_phones_test {

using rules::Ledger;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Pair;

brevo::Contact with(brevo::Attributes attributes) {
    return {"a@b.co", std::move(attributes), {}, {}};
}

TEST(RefusedPhones, AreThoseThatTheContactWasToHaveAndWasWrittenWithout) {
    Ledger ledger;
    rules::remember_refused_phones(
        with({{"SMS", "+44"}, {"WHATSAPP", "+45"}, {"COMPANY", "x"}, {"COUNT", 3.0}}),
        with({{"WHATSAPP", "+45"}}), ledger);
    EXPECT_THAT(ledger.refused_phones, ElementsAre(Pair("SMS", "+44")))
        << "what is no phone may be right tomorrow";
}

TEST(RefusedPhones, AreLeftOutAndOtherNumbersOffered) {
    Ledger ledger;
    ledger.refused_phones = {{"SMS", "+44"}, {"WHATSAPP", "+45"}};
    auto contact = with({{"SMS", "+44"}, {"WHATSAPP", "+46"}, {"LANDLINE_NUMBER", "+44"}});
    rules::leave_out_refused_phones(contact, ledger);
    EXPECT_THAT(contact.attributes, ElementsAre(Key("LANDLINE_NUMBER"), Key("WHATSAPP")));
    EXPECT_THAT(ledger.refused_phones, ElementsAre(Key("SMS"))) << "the other answer has changed";
}

TEST(RefusedPhones, AreRememberedWhileThereIsNoAnswer) {
    Ledger ledger;
    ledger.refused_phones = {{"SMS", "+44"}};
    auto contact = with({});
    rules::leave_out_refused_phones(contact, ledger);
    EXPECT_THAT(ledger.refused_phones, ElementsAre(Key("SMS")));
    EXPECT_THAT(contact.attributes, IsEmpty());
}

}  // namespace refused_phones_test
