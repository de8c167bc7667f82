#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/phone.hpp"

namespace {

TEST(Phone, KeepsNumbersWithTheirCountryCode) {
    EXPECT_EQ(rules::to_e164("+81 70-1234-5678"), "+817012345678");
    EXPECT_EQ(rules::to_e164(" 0033 (6) 12.34/56 78"), "+33612345678");
    EXPECT_EQ(rules::to_e164("+33\u00a0612345678"), "+33612345678");
    EXPECT_EQ(rules::to_e164("+49 (0)170 1234567"), "+491701234567");
}

TEST(Phone, RefusesWhatMayBeSomethingElse) {
    for (const auto* text :
         {"", "0612345678", "12345678", "+0612345678", "+123", "+1234567890123456", "+39 (0)6 69812345",
          "0039 (0)6 69812345", "+49 30 1234567/89", "+33 6 12 ext. 3", "call +33612345678", "00", "+"})
        EXPECT_FALSE(rules::to_e164(text)) << text;
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
        EXPECT_EQ(rules::to_e164(written, &rules::numbering_plan_of(country)).value_or(""), e164)
            << country << ' ' << written;
}

TEST(Phone, OfAnUnknownCountryIsAnErrorThatNamesTheKnownOnes) {
    for (const auto* country : {"", "fr", "FRA", "ZZ"}) {
        try {
            rules::numbering_plan_of(country);
            ADD_FAILURE() << country;
        } catch (const std::invalid_argument& error) {
            EXPECT_THAT(error.what(), testing::HasSubstr("DE DK DO"));
        }
    }
}

}  // namespace
