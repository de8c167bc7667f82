// What a person wrote, and the number that it means.
#include <fstream>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "rules/phone.hpp"

namespace phone_test {

std::string e164(std::string_view written, std::string_view country = {}) {
    const auto* home = country.empty() ? nullptr : &rules::numbering_plan_of(country);
    return rules::to_e164(written, home).value_or("");
}

TEST(Phone, KeepsNumbersWithTheirCountryCode) {
    EXPECT_EQ(e164("+81 70-1234-5678"), "+817012345678");
    EXPECT_EQ(e164(" 0033 (6) 12.34/56 78"), "+33612345678");
    EXPECT_EQ(e164("+33\u00a0612345678"), "+33612345678");
    EXPECT_EQ(e164("+49 (0)170 1234567"), "+491701234567");
    EXPECT_EQ(e164("+1 (415) 555-2671"), "+14155552671");
}

TEST(Phone, IsReadAsItLooks) {
    for (const auto* text :
         {"\u202a+44 7911 123456\u202c", "+44\u200b7911\u200b123456", "\ufeff+447911123456",
          "+44\u202f7911\u2009123456", "+44\u30007911\u3000123456", "+44\u20117911\u2013123456",
          "+44\u22127911\uff0d123456", "\uff0b\uff14\uff14\uff17\uff19\uff11\uff11123456",
          "+\u0664\u0664\u0667\u0669\u0661\u0661\u0661\u0662\u0663\u0664\u0665\u0666",
          "+\u09ea\u09ea7911123456", "+4\ufe0f\u20e34\ufe0f\u20e37911123456", "+44 7911\t123456"})
        EXPECT_EQ(e164(text), "+447911123456") << text;
}

TEST(Phone, WhatStandsAroundItIsLeftOut) {
    for (const auto* text : {"tel:+447911123456",
                             "TEL:+44-7911-123456",
                             "Tel.: +44 7911 123456",
                             "T\u00e9l : +44 7911 123456",
                             "Mobile: +44 7911 123456",
                             "m: +44 7911 123456",
                             "Phone number: +44 7911 123456",
                             "+44 7911 123456 (WhatsApp)",
                             "+44 (7911) 123456 (mobile)",
                             "'+447911123456",
                             "\u2019+447911123456",
                             "\"+44 7911 123456\"",
                             "\u00ab +44 7911 123456 \u00bb",
                             "\u260e\ufe0f +44 7911 123456",
                             "(+44) 7911 123456",
                             "+(44) 7911 123456",
                             "[+44] 7911 123456",
                             "++44 7911 123456",
                             "+44 7911 123456.",
                             "+44 7911 123456,",
                             "+44 7911 123456 ext. 5",
                             "+44 7911 123456x5",
                             "+447911123456;ext=301",
                             "+44 7911 123456, extension 12",
                             "+44 7911 123456 #7"})
        EXPECT_EQ(e164(text), "+447911123456") << text;
}

TEST(Phone, TheTrunkPrefixIsNotDialledFromAbroad) {
    EXPECT_EQ(e164("+33 06 12 34 56 78"), "+33612345678");
    EXPECT_EQ(e164("+44 07700 900125"), "+447700900125");
    EXPECT_EQ(e164("0044 07911 123456"), "+447911123456");
    EXPECT_EQ(e164("+44 (0)7911 123456"), "+447911123456");
    EXPECT_EQ(e164("+34 (0)612345678"), "+34612345678");
    EXPECT_EQ(e164("+36 06 20 123 4567"), "+36201234567");
    EXPECT_EQ(e164("+7 8 912 345 67 89"), "+79123456789");
    EXPECT_EQ(e164("+54 11 15 2345 6789"), "+5491123456789") << "a mobile number is written in another way";
    EXPECT_EQ(e164("+39 06 6981 2345"), "+390669812345") << "but in Italy it is";
}

TEST(Phone, RefusesWhatMayBeSomethingElse) {
    for (const auto* text : {"",
                             "0612345678",
                             "12345678",
                             "33612345678",
                             "+0612345678",
                             "+123",
                             "+1234567890123456",
                             "+39 (0)6 69812345",
                             "0039 (0)6 69812345",
                             "+49 30 1234567/89",
                             "+33 6 12 ext. 3",
                             "call +33612345678",
                             "00",
                             "+",
                             "()",
                             "+33612345678 / +33698765432",
                             "+33612345678\n+33698765432",
                             "+33612345678 or 79",
                             "+44 7911 123456\u00b2",
                             "+44 7911 12345\u2468",
                             "+44 7911 1234\u00bd",
                             "+33,612345678",
                             "tel:+442079460958;phone-context=x",
                             "+1 800 FLOWERS",
                             "+44 7911 12+3456",
                             "+447911\xff"
                             "123456"})
        EXPECT_EQ(e164(text), "") << text;
    EXPECT_EQ(e164("+33612345678" + std::string(300, ' ') + "x"), "");
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
    {"FR", "6 12 34 56 78", "+33612345678"},
    {"FR", "33 6 12 34 56 78", "+33612345678"},
    {"FR", "33 (0)6 12 34 56 78", "+33612345678"},
    {"FR", "0033 (0)6 12 34 56 78", "+33612345678"},
    {"FR", "44 7911 123456", "+447911123456"},
    {"FR", "06 12 34 56", ""},
    {"FR", "06 12 34 56 78 9", ""},
    {"FR", "(0)6 12 34 56 78", "+33612345678"},
    {"FR", "06/12/34/56/78", "+33612345678"},
    {"FR", "06 12 34 56/78", ""},
    {"FR", "112", ""},
    {"FR", "", ""},
    {"DE", "0170 1234567", "+491701234567"},
    {"DE", "030/123456", "+4930123456"},
    {"DE", "170 1234567", "+491701234567"},
    {"DE", "30 1234567", ""},
    {"DE", "49 170 1234567", ""},
    {"GB", "020 7946 0958", "+442079460958"},
    {"GB", "07700 900125", "+447700900125"},
    {"GB", "00 20 7946 0958", ""},
    {"US", "(415) 555-2671", "+14155552671"},
    {"US", "1-415-555-2671", "+14155552671"},
    {"US", "011 44 20 7946 0958", "+442079460958"},
    {"US", "0044 20 7946 0958", ""},
    {"US", "45 20 12 34 56", ""},
    {"FR", "44 7700 900123", ""},
    {"GB", "44 7700 900123", "+447700900123"},
    {"AU", "0011 44 20 7946 0958", "+442079460958"},
    {"AU", "+44 20 7946 0958", "+442079460958"},
    {"HK", "001 44 20 7946 0958", "+442079460958"},
    {"DE", "030 1234567/8", ""},
    {"US", "0415 555 267", ""},
    {"US", "555-2671", ""},
    {"IT", "06 1234 5678", "+390612345678"},
    {"IT", "347 123 4567", "+393471234567"},
    {"ES", "612 345 678", "+34612345678"},
    {"ES", "34 612 345 678", "+34612345678"},
    {"DK", "06 12 34 56", ""},
    {"HU", "06 20 123 4567", "+36201234567"},
    {"HU", "20 123 4567", "+36201234567"},
    {"RU", "8 912 345-67-89", "+79123456789"},
    {"BR", "11 91234-5678", "+5511912345678"},
    {"BR", "011 91234-5678", "+5511912345678"},
    {"BR", "0 15 11 91234-5678", "+5511912345678"},
    {"AR", "011 15 2345 6789", "+5491123456789"},
};

TEST(Phone, WithinACountryIsReadAsThatCountryWritesIt) {
    for (const auto& [country, written, number] : national_numbers)
        EXPECT_EQ(e164(written, country), number) << country << ' ' << written;
}

TEST(Phone, EveryCountryMayBeHome) {
    EXPECT_GE(rules::numbering_plans().size(), 245u);
    for (const auto* country : {"AR", "AX", "GG", "VA", "XK", "ZW"})
        EXPECT_EQ(rules::numbering_plan_of(country).country, country);
}

// tests/fixtures/phone/make.mjs says what the rules are.
TEST(Phone, IsNeverANumberThatLibphonenumberReadsInAnotherWay) {
    std::ifstream file(FIXTURES_DIR "/phone/numbers.tsv");
    std::map<std::string, unsigned> rows, lost;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('#')) continue;
        std::stringstream columns(line);
        std::string rule, home, number, json;
        columns >> rule >> home >> number >> std::ws;
        std::getline(columns, json);
        const std::string typed(boost::json::parse(json).as_string());
        const auto taken = e164(typed, home == "-" ? "" : home);
        ++rows[rule];
        if (taken.empty()) ++lost[rule];
        if (!taken.empty()) {
            EXPECT_EQ(taken, number) << line;
        }
    }
    EXPECT_GT(rows["take"], 10'000u);
    EXPECT_GT(rows["leave"], 1'000u);
    EXPECT_EQ(lost["leave"], rows["leave"]);
    EXPECT_LT(lost["take"] * 100, rows["take"]) << "at least 99 of 100 are taken";
    EXPECT_LT(lost["may"] * 10, rows["may"]);
}

TEST(Phone, OfAnUnknownCountryIsAnErrorThatNamesTheKnownOnes) {
    for (const auto* country : {"", "fr", "FRA", "ZZ"}) {
        try {
            rules::numbering_plan_of(country);
            ADD_FAILURE() << country;
        } catch (const std::invalid_argument& error) {
            EXPECT_THAT(error.what(), testing::HasSubstr("DE DJ DK"));
        }
    }
}

// Whoever types blanks without end must not hold up the others.
TEST(Phone, TextsThatCouldBeReadInManyWaysAreReadAtOnce) {
    for (const std::string label : {"tel", "phone", "mobile", "tel.", "t:", "'"})
        for (const std::string filler : {" ", " ,", ". ", " .", "( ", ") ", "' ", "+ ", "- "})
            for (const auto* end : {"q", "ext", "ext 5 q", "("}) {
                std::string text = label;
                while (text.size() + filler.size() < 190) text += filler;
                EXPECT_FALSE(rules::to_e164(text + end)) << label << filler << end;
            }
}

}  // namespace phone_test
