#include "shared/redis_handshake.hpp"

#include <gmock/gmock.h>

#include "shared/resp.hpp"

namespace shared {
namespace redis_handshake_test {

using testing::HasSubstr;
using testing::Not;

shared::ReplyPtr reply(std::string_view bytes) {
    shared::ReplyReader reader;
    reader.feed(bytes);
    return reader.next();
}

// What matters of the answer to HELLO.
constexpr std::string_view standalone = "*2\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n";

TEST(RedisHandshake, OnlyAsksWhetherARedisIsThereWhenNothingElseIsNeeded) {
    RedisHandshake handshake({});
    EXPECT_EQ(handshake.commands(), "*1\r\n$4\r\nPING\r\n");
    EXPECT_FALSE(handshake.finished());
    EXPECT_EQ(handshake.on_reply(*reply("+PONG\r\n")), std::nullopt);
    EXPECT_TRUE(handshake.finished());
}

TEST(RedisHandshake, LogsInAndSelectsFirst) {
    RedisHandshake handshake({.user = "edge", .password = "hush", .database = 3});
    EXPECT_EQ(handshake.commands(),
              "*3\r\n$4\r\nAUTH\r\n$4\r\nedge\r\n$4\r\nhush\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n"
              "*1\r\n$4\r\nPING\r\n");
    EXPECT_EQ(handshake.on_reply(*reply("+OK\r\n")), std::nullopt);
    EXPECT_EQ(handshake.on_reply(*reply("+OK\r\n")), std::nullopt);
    EXPECT_FALSE(handshake.finished());
    EXPECT_EQ(handshake.on_reply(*reply("+PONG\r\n")), std::nullopt);
    EXPECT_TRUE(handshake.finished());
}

TEST(RedisHandshake, LogsInAsTheDefaultUser) {
    EXPECT_THAT(std::string(RedisHandshake({.password = "hush"}).commands()),
                HasSubstr("*2\r\n$4\r\nAUTH\r\n$4\r\nhush\r\n"));
}

TEST(RedisHandshake, SaysWhichStepWasRefused) {
    RedisHandshake login({.password = "hush"});
    EXPECT_THAT(*login.on_reply(*reply("-WRONGPASS invalid username-password pair\r\n")),
                HasSubstr("AUTH: WRONGPASS"));
    RedisHandshake database({.database = 99});
    EXPECT_THAT(*database.on_reply(*reply("-ERR DB index is out of range\r\n")),
                HasSubstr("SELECT: ERR DB index"));
    RedisHandshake nobody({});
    EXPECT_THAT(*nobody.on_reply(*reply("-NOAUTH Authentication required.\r\n")), HasSubstr("PING: NOAUTH"));
}

TEST(RedisHandshake, AcceptsARedisThatIsAliveButBusy) {
    for (const auto* error : {"-LOADING Redis is loading\r\n", "-READONLY a replica\r\n",
                              "-NOPERM no permissions\r\n", "-BUSY script\r\n"})
        EXPECT_EQ(RedisHandshake({}).on_reply(*reply(error)), std::nullopt) << error;
}

TEST(RedisHandshake, GivesTheConnectionANameWhereTheUserMay) {
    for (const auto* answer : {"+OK\r\n", "-NOPERM no permissions to run 'client|setname'\r\n",
                               "-ERR unknown command 'CLIENT'\r\n", ":1\r\n"}) {
        RedisHandshake handshake({}, RedisRole::any, "calendly");
        EXPECT_EQ(handshake.commands(),
                  "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$8\r\ncalendly\r\n*1\r\n$4\r\nPING\r\n");
        EXPECT_EQ(handshake.on_reply(*reply(answer)), std::nullopt) << answer;
        EXPECT_FALSE(handshake.finished());
        EXPECT_EQ(handshake.may_set_name(), answer[0] != '-') << answer;
        EXPECT_EQ(handshake.on_reply(*reply("+PONG\r\n")), std::nullopt);
        EXPECT_TRUE(handshake.finished());
    }
}

TEST(RedisHandshake, AStateThatEveryCommandIsAnsweredWithIsTold) {
    RedisHandshake handshake({}, RedisRole::any, "calendly");
    EXPECT_THAT(*handshake.on_reply(*reply("-LOADING Redis is loading\r\n")), HasSubstr("LOADING"));
    EXPECT_TRUE(handshake.may_set_name());
}

TEST(RedisHandshake, KnowsWhetherTheUserMayPing) {
    for (const auto* answer : {"+PONG\r\n", "-NOPERM no permissions\r\n", "-LOADING\r\n"}) {
        RedisHandshake handshake({});
        EXPECT_EQ(handshake.on_reply(*reply(answer)), std::nullopt) << answer;
        EXPECT_EQ(handshake.may_ping(), answer[1] != 'N') << answer;
    }
}

TEST(RedisHandshake, OfASetAsksWhetherItIsTheMaster) {
    RedisHandshake handshake({}, RedisRole::master);
    EXPECT_EQ(handshake.commands(), "*1\r\n$5\r\nHELLO\r\n*1\r\n$4\r\nROLE\r\n*1\r\n$4\r\nPING\r\n");
    EXPECT_EQ(handshake.on_reply(*reply(standalone)), std::nullopt);
    EXPECT_EQ(handshake.on_reply(*reply("*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n")), std::nullopt);
    EXPECT_EQ(handshake.on_reply(*reply("+PONG\r\n")), std::nullopt);
    EXPECT_TRUE(handshake.finished());
}

TEST(RedisHandshake, OfASetRefusesWhatIsNoMaster) {
    for (const std::string_view answer :
         {"*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:1\r\n$9\r\nconnected\r\n:0\r\n",
          "*2\r\n$8\r\nsentinel\r\n*0\r\n", "*0\r\n", "+OK\r\n", "$6\r\nmaster\r\n",
          "-NOPERM no permissions to run the 'role' command\r\n"}) {
        RedisHandshake handshake({}, RedisRole::master);
        handshake.on_reply(*reply(standalone));
        const auto problem = handshake.on_reply(*reply(answer));
        ASSERT_TRUE(problem) << answer;
        EXPECT_THAT(*problem, HasSubstr("ROLE: "));
    }
}

TEST(RedisHandshake, OfASetRefusesAMasterThatCannotBeWrittenNow) {
    for (const std::string_view error : {"-LOADING Redis is loading the dataset in memory\r\n",
                                         "-MASTERDOWN Link with MASTER is down\r\n"}) {
        RedisHandshake handshake({}, RedisRole::master);
        handshake.on_reply(*reply(standalone));
        handshake.on_reply(*reply("*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n"));
        EXPECT_NE(handshake.on_reply(*reply(error)), std::nullopt) << error;
    }
    RedisHandshake narrow({}, RedisRole::master);
    narrow.on_reply(*reply(standalone));
    narrow.on_reply(*reply("*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n"));
    EXPECT_EQ(narrow.on_reply(*reply("-NOPERM no permissions to run the 'ping' command\r\n")), std::nullopt);
}

// A replica, too, names the master of a key; it is no place to ask while it loads.
TEST(RedisHandshake, OfAClusterAnyNodeWillDoThatHasItsData) {
    for (const std::string_view role : {"*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n", "*2\r\n$5\r\nslave\r\n:0\r\n",
                                        "-NOPERM no permissions to run the 'role' command\r\n"}) {
        RedisHandshake handshake({}, RedisRole::master);
        EXPECT_EQ(handshake.on_reply(*reply("*4\r\n$6\r\nserver\r\n$5\r\nredis\r\n"
                                            "$4\r\nmode\r\n$7\r\ncluster\r\n")),
                  std::nullopt);
        EXPECT_TRUE(handshake.is_of_cluster());
        EXPECT_EQ(handshake.on_reply(*reply(role)), std::nullopt) << role;
        EXPECT_NE(handshake.on_reply(*reply("-LOADING Redis is loading the dataset in memory\r\n")),
                  std::nullopt);
    }
}

TEST(RedisHandshake, WhoDoesNotKnowHelloIsOfNoCluster) {
    constexpr std::string_view answers[] = {"-ERR unknown command 'HELLO'\r\n", "-NOAUTH\r\n", "+OK\r\n",
                                            standalone};
    for (const auto answer : answers) {
        RedisHandshake handshake({}, RedisRole::master);
        EXPECT_EQ(handshake.on_reply(*reply(answer)), std::nullopt) << answer;
        EXPECT_FALSE(handshake.is_of_cluster()) << answer;
    }
}

TEST(RedisHandshake, RefusesAnAnswerOfAnotherProtocol) {
    EXPECT_NE(RedisHandshake({}).on_reply(*reply(":1\r\n")), std::nullopt);
}

TEST(RedisError, GoesIntoTheLogWithoutTheCommandsArguments) {
    const auto error = error_for_log(*reply(
        "-ERR unknown command 'XADD', with args beginning with: 'calendly:{c}:webhooks' '*' 'hush'\r\n"));
    EXPECT_EQ(error, "ERR unknown command 'XADD'");
    EXPECT_THAT(error_for_log(*reply("-ERR unknown command `AUTH`, with args beginning with: `hush`\r\n")),
                Not(HasSubstr("hush")));
}

TEST(RedisError, GoesIntoTheLogShortAndPrintable) {
    const auto error = error_for_log(*reply("-ERR \x1b[31m" + std::string(1000, 'x') + "\r\n"));
    EXPECT_LE(error.size(), 160u);
    EXPECT_THAT(error, Not(HasSubstr("\x1b")));
    EXPECT_EQ(error_for_log(*reply("-ERR caf\xc3\xa9\r\n")), "ERR caf??");
    EXPECT_THAT(error_for_log(*reply("+OK\r\n")), HasSubstr("unexpected type"));
}

}  // namespace redis_handshake_test
}  // namespace shared
