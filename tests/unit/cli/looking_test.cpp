// What is typed and what is shown: tables, CSV, dates.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/csv.hpp"
#include "cli/moments.hpp"
#include "cli/table.hpp"

namespace cli_looking_test {

using testing::ElementsAre;

TEST(Table, ColumnsAreAsWideAsTheyShow) {
    cli::Table table({"NAME", "URI"});
    table.add({"Ada", "u1"});
    table.add({"山田", "u2"});
    table.add({"", "u3"});
    EXPECT_EQ(table.text(), "NAME  URI\nAda   u1\n山田  u2\n      u3\n");
}

TEST(Table, WhatWouldChangeTheTerminalIsHarmless) {
    cli::Table table({"NAME"});
    table.add({"a\x1b[31m\nb\xe2\x80\xae"});
    EXPECT_EQ(table.text(), "NAME\na [31m b\n");
}

TEST(Table, NoLineEndsWithBlanks) {
    cli::Table table({"A", "B"});
    table.add({"long", ""});
    EXPECT_EQ(table.text(), "A     B\nlong\n");
}

TEST(Csv, FieldsInQuotesHoldAnything) {
    const auto csv = cli::parse_csv("a,b\r\n\"1,2\",\"x\"\"y\r\nz\"\r\n,\r\n");
    ASSERT_EQ(csv.rows.size(), 3u);
    EXPECT_THAT(csv.rows[1], ElementsAre("1,2", "x\"y\r\nz"));
    EXPECT_THAT(csv.rows[2], ElementsAre("", ""));
    EXPECT_EQ(cli::to_text(csv), "a,b\r\n\"1,2\",\"x\"\"y\r\nz\"\r\n,\r\n");
}

TEST(Csv, TheLastLineNeedsNoEnd) {
    EXPECT_EQ(cli::to_text(cli::parse_csv("\xEF\xBB\xBF"
                                          "a\n1")),
              "\xEF\xBB\xBF"
              "a\n1\n");
}

TEST(Csv, WhatIsNoneIsSaidWithItsLine) {
    for (const auto* text : {"a\n\"b", "a\n\"b\"c", "a\nb\"c"}) {
        try {
            cli::parse_csv(text);
            FAIL() << text;
        } catch (const std::invalid_argument& error) {
            EXPECT_THAT(error.what(), testing::HasSubstr("line 2"));
        }
    }
}

TEST(Moments, ADayIsMeantToItsEndWhereItEnds) {
    const auto text = [](const std::string& typed, bool is_end) {
        return calendly::to_string(cli::parse_moment(typed, is_end));
    };
    EXPECT_EQ(text("2026-10-13", false), "2026-10-13T00:00:00.000000Z");
    EXPECT_EQ(text("2026-10-13", true), "2026-10-13T23:59:59.999999Z");
    EXPECT_EQ(text("2026-10-13T09:00", true), "2026-10-13T09:00:00.000000Z");
    EXPECT_EQ(text("2026-10-13T09:00:00+02:00", false), "2026-10-13T07:00:00.000000Z");
    EXPECT_EQ(text("2026-10-13T09:00:01", false), "2026-10-13T09:00:01.000000Z");
    for (const auto* nine : {"2026-10-13T09:00Z", "2026-10-13 09:00", "2026-10-13t09:00z", "2026-10-13T09",
                             "2026-10-13T09Z", "2026-10-13T11:00+02:00", "2026-10-13T11:00+0200",
                             "2026-10-13T11+02", "2026-10-13T04:00:00.0-0500"})
        EXPECT_EQ(text(nine, false), "2026-10-13T09:00:00.000000Z") << nine;
    for (const auto* wrong : {"", "yesterday", "2026-10-13T", "2026-10-13Z", "2026-10-13T09:00+2",
                              "2026-10-13T9:00", "2026-10-13x09:00", "2026-10-13T25", "2026-10-13T09:00ZZ", "2026-02-30", "2026-10", "13.10.2026"})
        EXPECT_THROW(cli::parse_moment(wrong, false), std::invalid_argument) << wrong;
}

}  // namespace cli_looking_test
