// Fields of a line: what is written is read again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text/logfmt.hpp"

namespace logfmt_test {

using testing::ElementsAre;
using testing::Pair;

TEST(Logfmt, AFieldThatIsWrittenIsReadAgain) {
    std::string line;
    text::append_field(line, "bare", "a/b:c");
    text::append_field(line, "blank", "a b");
    text::append_field(line, "empty", "");
    text::append_field(line, "quoted", "say \"x=1\" \\ end");
    text::append_quoted_field(line, "lines", "a\nb");
    EXPECT_EQ(line, R"(bare=a/b:c blank="a b" empty="" quoted="say \"x=1\" \\ end" lines="a b")");
    EXPECT_THAT(text::read_fields(line),
                ElementsAre(Pair("bare", "a/b:c"), Pair("blank", "a b"), Pair("empty", ""),
                            Pair("quoted", "say \"x=1\" \\ end"), Pair("lines", "a b")));
}

TEST(Logfmt, WhatIsCutOffIsReadAsFarAsItGoes) {
    EXPECT_THAT(text::read_fields("a=\"b\\"), ElementsAre(Pair("a", "b\\")));
    EXPECT_THAT(text::read_fields("word a=1 "), ElementsAre(Pair("word a", "1")));
    EXPECT_THAT(text::read_fields(""), ElementsAre());
}

}  // namespace logfmt_test
