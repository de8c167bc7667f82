#include "shared/resp.hpp"

#include <gtest/gtest.h>

namespace resp_test {

TEST(Resp, CommandIsAnArrayOfBulkStrings) {
    std::string out;
    const std::string_view command[] = {"SET", "k\r\n", ""};
    shared::append_command(out, command);
    EXPECT_EQ(out, "*3\r\n$3\r\nSET\r\n$3\r\nk\r\n\r\n$0\r\n\r\n");
}

TEST(Resp, RepliesArriveWholeHoweverTheBytesAreCut) {
    const std::string bytes = "+OK\r\n:7\r\n$5\r\na\r\nbc\r\n-ERR no\r\n$-1\r\n*2\r\n+x\r\n*0\r\n";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        shared::ReplyReader reader;
        std::vector<int> types;
        for (const auto& part : {bytes.substr(0, cut), bytes.substr(cut)}) {
            ASSERT_TRUE(reader.feed(part));
            while (const auto reply = reader.next()) types.push_back(reply->type);
        }
        EXPECT_EQ(types, (std::vector<int>{REDIS_REPLY_STATUS, REDIS_REPLY_INTEGER, REDIS_REPLY_STRING,
                                           REDIS_REPLY_ERROR, REDIS_REPLY_NIL, REDIS_REPLY_ARRAY}))
            << "cut at " << cut;
    }
}

TEST(Resp, TextIsBinarySafe) {
    shared::ReplyReader reader;
    reader.feed(std::string_view("$3\r\na\0b\r\n", 9));
    const auto reply = reader.next();
    ASSERT_TRUE(reply);
    EXPECT_EQ(shared::text(*reply), std::string_view("a\0b", 3));
}

TEST(Resp, GarbageFailsAndSaysWhy) {
    shared::ReplyReader reader;
    reader.feed("HTTP/1.1 400 Bad Request\r\n");
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.failed());
    EXPECT_FALSE(reader.error().empty());
}

TEST(Resp, RoomIsMadeForAMillionElementsAndNoMore) {
    for (const auto* header : {"*1048576\r\n", "*1048577\r\n", "*2147483647\r\n", "*2\r\n*2147483647\r\n"}) {
        shared::ReplyReader reader;
        reader.feed(header);
        EXPECT_FALSE(reader.next());
        EXPECT_EQ(reader.failed(), header != std::string_view("*1048576\r\n")) << header;
    }
}

}  // namespace resp_test
