#include "ngx_module/handshake.hpp"

#include <gmock/gmock.h>

#include "ngx_module/redis_reply.hpp"
#include "shared/resp.hpp"

namespace edge {
namespace {

using testing::HasSubstr;
using testing::Not;

shared::ReplyPtr reply(std::string_view bytes) {
    shared::ReplyReader reader;
    reader.feed(bytes);
    return reader.next();
}

TEST(EdgeHandshake, OnlyAsksWhetherARedisIsThereWhenNothingElseIsNeeded) {
    Handshake handshake({});
    EXPECT_EQ(handshake.commands(), "*1\r\n$4\r\nPING\r\n");
    EXPECT_FALSE(handshake.finished());
    EXPECT_EQ(handshake.on_reply(*reply("+PONG\r\n")), std::nullopt);
    EXPECT_TRUE(handshake.finished());
}

TEST(EdgeHandshake, LogsInAndSelectsFirst) {
    Handshake handshake({.user = "edge", .password = "hush", .database = 3});
    EXPECT_EQ(handshake.commands(),
              "*3\r\n$4\r\nAUTH\r\n$4\r\nedge\r\n$4\r\nhush\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n"
              "*1\r\n$4\r\nPING\r\n");
    EXPECT_EQ(handshake.on_reply(*reply("+OK\r\n")), std::nullopt);
    EXPECT_EQ(handshake.on_reply(*reply("+OK\r\n")), std::nullopt);
    EXPECT_FALSE(handshake.finished());
    EXPECT_EQ(handshake.on_reply(*reply("+PONG\r\n")), std::nullopt);
    EXPECT_TRUE(handshake.finished());
}

TEST(EdgeHandshake, LogsInAsTheDefaultUser) {
    EXPECT_THAT(std::string(Handshake({.password = "hush"}).commands()),
                HasSubstr("*2\r\n$4\r\nAUTH\r\n$4\r\nhush\r\n"));
}

TEST(EdgeHandshake, SaysWhichStepWasRefused) {
    Handshake login({.password = "hush"});
    EXPECT_THAT(*login.on_reply(*reply("-WRONGPASS invalid username-password pair\r\n")),
                HasSubstr("AUTH: WRONGPASS"));
    Handshake database({.database = 99});
    EXPECT_THAT(*database.on_reply(*reply("-ERR DB index is out of range\r\n")),
                HasSubstr("SELECT: ERR DB index"));
    Handshake nobody({});
    EXPECT_THAT(*nobody.on_reply(*reply("-NOAUTH Authentication required.\r\n")), HasSubstr("PING: NOAUTH"));
}

TEST(EdgeHandshake, AcceptsARedisThatIsAliveButBusy) {
    for (const auto* error :
         {"-LOADING Redis is loading\r\n", "-NOPERM no permissions\r\n", "-BUSY script\r\n"})
        EXPECT_EQ(Handshake({}).on_reply(*reply(error)), std::nullopt) << error;
}

TEST(EdgeHandshake, RefusesAnAnswerOfAnotherProtocol) {
    EXPECT_NE(Handshake({}).on_reply(*reply(":1\r\n")), std::nullopt);
}

TEST(EdgeRedisReply, IsAStreamIdOrNot) {
    EXPECT_TRUE(is_stream_id(*reply("$15\r\n1700000000000-0\r\n")));
    for (const auto* other : {"+1700000000000-0\r\n", "$-1\r\n", "$0\r\n\r\n", "$2\r\n1-\r\n", "$2\r\n-1\r\n",
                              "$3\r\n1-x\r\n", "$5\r\n1-2-3\r\n", ":1\r\n", "-OOM\r\n", "+OK\r\n"})
        EXPECT_FALSE(is_stream_id(*reply(other))) << other;
}

TEST(EdgeRedisReply, GoesIntoTheLogWithoutTheCommandsArguments) {
    const auto error = error_for_log(*reply(
        "-ERR unknown command 'XADD', with args beginning with: 'calendly:{c}:webhooks' '*' 'hush'\r\n"));
    EXPECT_EQ(error, "ERR unknown command 'XADD'");
    EXPECT_THAT(error_for_log(*reply("-ERR unknown command `AUTH`, with args beginning with: `hush`\r\n")),
                Not(HasSubstr("hush")));
}

TEST(EdgeRedisReply, GoesIntoTheLogShortAndPrintable) {
    const auto error = error_for_log(*reply("-ERR \x1b[31m" + std::string(1000, 'x') + "\r\n"));
    EXPECT_LE(error.size(), 160u);
    EXPECT_THAT(error, Not(HasSubstr("\x1b")));
    EXPECT_THAT(error_for_log(*reply("+OK\r\n")), HasSubstr("unexpected type"));
}

}  // namespace
}  // namespace edge
