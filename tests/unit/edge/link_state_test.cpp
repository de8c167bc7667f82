// Line by line: what the link does after each event. The whole life of a connection in words.
#include <gmock/gmock.h>

#include "tests/unit/edge/link_state.hpp"

namespace edge::redis {
namespace link_state_test {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view status = "+OK\r\n", pong = "+PONG\r\n", master = "*1\r\n$6\r\nmaster\r\n",
                           replica = "*1\r\n$5\r\nslave\r\n", loading = "-LOADING Redis is loading\r\n",
                           read_only = "-READONLY You can't write against a read only replica.\r\n";

class EdgeLinkState : public testing::Test {
protected:
    static unsigned long no_spread() { return 0; }

    // One plain Redis at one address, a second to connect and five to reply.
    LinkState& link(std::vector<Server> servers = {{}}) {
        link_.emplace(LinkSettings{std::move(servers), 1s, 5s, no_spread});
        return *link_;
    }
    LinkState& ready(std::vector<Server> servers = {{}}) {
        const bool one_of_several = servers.size() > 1;
        auto& made = link(std::move(servers));
        told(made.start(0));
        told(made.on_connected(now_));
        if (one_of_several) hear_role(master);
        EXPECT_THAT(greeted(), HasSubstr("ready"));
        return made;
    }

    std::string told(const Actions& actions) {
        for (std::size_t i = 0; i + 1 < actions.size(); ++i)
            EXPECT_FALSE(may_raise_an_event(actions[i])) << in_words(actions);
        return in_words(actions);
    }
    std::string hear(std::string_view bytes) {
        link_->on_bytes(now_);
        return told(link_->on_reply(*reply(bytes)));
    }
    // One of several is asked for its mode, which matters in a cluster, and its role.
    std::string hear_role(std::string_view role) {
        EXPECT_EQ(hear("-ERR unknown command 'HELLO'\r\n"), "");
        return hear(role);
    }
    // The end of a greeting: the answers to CLIENT SETNAME and PING.
    std::string greeted(std::string_view to_ping = pong, std::string_view to_name = status) {
        EXPECT_EQ(hear(to_name), "");
        return hear(to_ping);
    }
    std::string connect() { return told(link_->on_connected(now_)); }
    std::string refused() { return told(link_->on_broken("connecting failed", 111, now_)); }
    std::string closed() { return told(link_->on_closed(0, now_)); }
    std::string target() const {
        return std::to_string(link_->server()) + "." + std::to_string(link_->address());
    }

    LinkState::Time now_{1000s};
    std::optional<LinkState> link_;
};

// --- a connection is made

TEST_F(EdgeLinkState, StartsWithAnAttemptAndAPatienceOfTheConnectTimeout) {
    EXPECT_EQ(told(link().start(0)), "start patience 1000; start attempt 1000; connect");
    EXPECT_TRUE(link_->promising());
    EXPECT_FALSE(link_->ready());
    EXPECT_FALSE(link_->down()) << "not yet";
    EXPECT_EQ(told(link_->start(0)), "") << "it has started";
}

TEST_F(EdgeLinkState, BeginsWithTheServerThatItIsTold) {
    told(link({{}, {}, {}}).start(2));
    EXPECT_EQ(target(), "2.0");
}

TEST_F(EdgeLinkState, IsReadyWhenRedisHasAnsweredThePing) {
    told(link().start(0));
    EXPECT_EQ(connect(), "say CLIENT SETNAME calendly-edge PING");
    EXPECT_TRUE(link_->talking());
    EXPECT_TRUE(link_->awaits_own_reply());
    EXPECT_EQ(greeted(), "stop attempt; stop patience; start idle 10000; ready");
    EXPECT_TRUE(link_->ready());
    EXPECT_TRUE(link_->promising());
    EXPECT_FALSE(link_->awaits_own_reply());
}

TEST_F(EdgeLinkState, SaysAllOfItsGreetingAtOnceAndTakesTheRepliesInTurn) {
    told(link({{.login = {"edge", "secret", 3}}, {}}).start(0));
    EXPECT_EQ(connect(), "say AUTH edge secret SELECT 3 HELLO ROLE CLIENT SETNAME calendly-edge PING");
    EXPECT_EQ(hear(status), "");
    EXPECT_EQ(hear(status), "");
    EXPECT_EQ(hear_role(master), "");
    EXPECT_THAT(greeted(), HasSubstr("ready"));
}

TEST_F(EdgeLinkState, ASingleServerIsNotAskedForItsRole) {
    told(link({{.addresses = 3}}).start(0));
    EXPECT_EQ(connect(), "say CLIENT SETNAME calendly-edge PING");
}

TEST_F(EdgeLinkState, ASingleServerServesEvenWhenItCannotBeWrittenNow) {
    told(link().start(0));
    connect();
    EXPECT_THAT(greeted(loading), HasSubstr("ready")) << "it says so itself, command by command";
}

// --- an attempt fails

TEST_F(EdgeLinkState, AWrongPasswordEndsTheAttemptWithRedissWords) {
    told(link({{.login = {"", "wrong", 0}}}).start(0));
    connect();
    EXPECT_EQ(hear("-WRONGPASS invalid username-password pair\r\n"),
              "close; complain of 0: AUTH: WRONGPASS invalid username-password pair; start next attempt 10; "
              "lost: redis_unavailable");
    EXPECT_TRUE(link_->down());
    EXPECT_FALSE(link_->promising()) << "all servers were tried";
}

TEST_F(EdgeLinkState, AServerThatIsNoMasterIsLeftForTheNextOneAtOnce) {
    told(link({{}, {}}).start(0));
    connect();
    EXPECT_EQ(hear_role(replica),
              "close; complain of 0: ROLE: not a master; start next attempt 0; lost: redis_unavailable");
    EXPECT_EQ(target(), "1.0");
    EXPECT_TRUE(link_->promising()) << "not all servers were tried";
    EXPECT_EQ(told(link_->on_attempt_due()), "start attempt 1000; connect");
}

TEST_F(EdgeLinkState, AReplicaOfAClusterServesToo) {
    told(link({{}, {}}).start(0));
    connect();
    EXPECT_EQ(hear("*2\r\n$4\r\nmode\r\n$7\r\ncluster\r\n"), "");
    EXPECT_EQ(hear(replica), "");
    EXPECT_THAT(greeted(), HasSubstr("ready")) << "it names the master of each key";
}

TEST_F(EdgeLinkState, ANodeThatACLusterNamedIsAskedForItsRoleToo) {
    link_.emplace(LinkSettings{{{}}, 1s, 5s, no_spread, true});
    told(link_->start(0));
    EXPECT_EQ(connect(), "say HELLO ROLE CLIENT SETNAME calendly-edge PING");
    EXPECT_EQ(hear_role(master), "");
    EXPECT_THAT(greeted(loading), HasSubstr("LOADING")) << "the others know who took its place";
    EXPECT_TRUE(link_->master_is_elsewhere("LOADING"));
}

TEST_F(EdgeLinkState, AMasterOfASetThatStillLoadsIsLeftForTheNextOne) {
    for (const auto error :
         {loading, read_only, std::string_view("-MASTERDOWN Link with MASTER is down\r\n")}) {
        told(link({{}, {}}).start(0));
        connect();
        hear_role(master);
        EXPECT_THAT(greeted(error), HasSubstr("start next attempt 0"));
        EXPECT_EQ(target(), "1.0") << error;
    }
}

TEST_F(EdgeLinkState, TriesEveryAddressOfEveryServerBeforeItPauses) {
    told(link({{.addresses = 2}, {}}).start(0));
    for (const auto* next : {"0.1", "1.0"}) {
        EXPECT_THAT(refused(), HasSubstr("start next attempt 0"));
        EXPECT_EQ(target(), next);
        EXPECT_TRUE(link_->promising());
        told(link_->on_attempt_due());
    }
    EXPECT_EQ(refused(),
              "close; complain of 1: connecting failed (111); start next attempt 10; "
              "lost: redis_unavailable");
    EXPECT_EQ(target(), "0.0");
    EXPECT_FALSE(link_->promising());
}

TEST_F(EdgeLinkState, PausesLongerAfterEachRoundAndNeverLongerThanHalfASecond) {
    told(link().start(0));
    for (const auto* pause : {" 10;", " 20;", " 40;", " 80;", " 160;", " 320;", " 500;", " 500;"}) {
        EXPECT_THAT(refused(), HasSubstr("start next attempt" + std::string(pause)));
        told(link_->on_attempt_due());
    }
}

TEST_F(EdgeLinkState, WhatAnOverdueAttemptMeansDependsOnHowFarItCame) {
    told(link().start(0));
    EXPECT_THAT(told(link_->on_attempt_overdue(false, now_)), HasSubstr("connecting timed out"));
    told(link_->on_attempt_due());
    EXPECT_THAT(told(link_->on_attempt_overdue(true, now_)), HasSubstr("the TLS handshake is not answered"));
    told(link_->on_attempt_due());
    connect();
    EXPECT_THAT(told(link_->on_attempt_overdue(false, now_)), HasSubstr("but Redis does not answer"));
}

TEST_F(EdgeLinkState, ACloseBeforeTheFirstReplyHintsAtTls) {
    told(link().start(0));
    connect();
    EXPECT_THAT(closed(), HasSubstr("does it want TLS (rediss://)?"));
    told(link({{.tls = true}}).start(0));
    connect();
    EXPECT_THAT(closed(), HasSubstr("does it want (another) calendly_redis_certificate?"));
    told(link({{.tcp = false}}).start(0));
    connect();
    EXPECT_THAT(closed(), HasSubstr("complain of 0: Redis closed the connection;"));
}

TEST_F(EdgeLinkState, ACloseAfterAReplyOfTheGreetingIsJustThat) {
    told(link({{.login = {"", "secret", 0}}}).start(0));
    connect();
    now_ += 1ms;
    hear(status);
    EXPECT_THAT(closed(), HasSubstr("Redis closed the connection"));
}

TEST_F(EdgeLinkState, WebhooksWaitForTheFirstConnectionUntilPatienceIsOver) {
    told(link({{}, {}}).start(0));
    EXPECT_EQ(told(link_->on_patience_over()), "lost: redis_unavailable");
    EXPECT_FALSE(link_->promising());
    EXPECT_TRUE(link_->down());
    connect();
    hear_role(master);
    EXPECT_THAT(greeted(), HasSubstr("ready")) << "the attempt itself went on";
    EXPECT_FALSE(link_->down());
}

// --- a connection ends

TEST_F(EdgeLinkState, AGoodConnectionThatEndsIsMadeAgainToTheSameServerAfterAShortPause) {
    ready({{}, {}}).on_served();
    EXPECT_EQ(closed(),
              "close; complain of 0: Redis closed the connection; start patience 1000; "
              "start next attempt 10; lost: redis_unavailable");
    EXPECT_EQ(target(), "0.0");
    EXPECT_TRUE(link_->promising()) << "webhooks wait for the next connection";
}

TEST_F(EdgeLinkState, AConnectionThatLivedForASecondWasGoodEvenIfNobodyUsedIt) {
    ready({{}, {}});
    now_ += 1001ms;
    EXPECT_THAT(closed(), HasSubstr("start patience"));
    EXPECT_EQ(target(), "0.0");
}

TEST_F(EdgeLinkState, AConnectionThatDiedYoungAndUselessCountsAsAFailedAttempt) {
    ready({{}, {}});
    now_ += 1000ms;
    EXPECT_THAT(closed(), Not(HasSubstr("start patience")));
    EXPECT_EQ(target(), "1.0");
}

TEST_F(EdgeLinkState, TheFirstPauseIsShortAgainAfterAGoodConnection) {
    told(link().start(0));
    for (int i = 0; i < 5; ++i) {
        refused();
        told(link_->on_attempt_due());
    }
    connect();
    greeted();
    link_->on_served();
    closed();
    told(link_->on_attempt_due());
    EXPECT_THAT(refused(), HasSubstr("start next attempt 10"));
}

TEST_F(EdgeLinkState, AServerThatTurnsOutToBeUnsuitableIsLeftHoweverGoodItWas) {
    ready({{}, {}}).on_served();
    EXPECT_EQ(told(link_->lose({"READONLY", Result::redis_error, Verdict::unsuitable}, now_)),
              "close; complain of 0: READONLY; start patience 1000; start next attempt 0; lost: redis_error");
    EXPECT_EQ(target(), "1.0");
}

TEST_F(EdgeLinkState, ThereIsNoWayBackToAServerThatWasLeftWhileTheNextOneServes) {
    ready({{}, {}, {}}).on_served();
    told(link_->lose({"READONLY", Result::redis_error, Verdict::unsuitable}, now_));
    told(link_->on_attempt_due());
    connect();
    hear_role(master);
    greeted();
    link_->on_served();
    closed();
    EXPECT_EQ(target(), "1.0");
}

TEST_F(EdgeLinkState, TheMasterIsElsewhereOnlyWhereThereIsAnElsewhere) {
    const std::string_view error = "READONLY You can't write";
    EXPECT_FALSE(link({{}}).master_is_elsewhere(error));
    EXPECT_TRUE(link({{}, {}}).master_is_elsewhere(error));
    EXPECT_TRUE(link({{.addresses = 2}}).master_is_elsewhere(error));
    EXPECT_TRUE(link({{.name_may_change = true}}).master_is_elsewhere(error));
    EXPECT_FALSE(link({{}, {}}).master_is_elsewhere("OOM command not allowed"));
}

// --- nothing is heard

TEST_F(EdgeLinkState, PingsAConnectionThatWasIdleForTenSeconds) {
    ready();
    now_ += 4s;
    link_->on_bytes(now_);
    now_ += 6s;
    EXPECT_EQ(told(link_->on_idle(Expectation::nothing, now_)), "start idle 4000") << "heard 6 s ago";
    now_ += 4s;
    EXPECT_EQ(told(link_->on_idle(Expectation::nothing, now_)), "start idle 5000; say PING");
    EXPECT_TRUE(link_->awaits_own_reply());
    EXPECT_EQ(hear(pong), "start idle 10000");
    EXPECT_FALSE(link_->awaits_own_reply());
}

TEST_F(EdgeLinkState, APingWithoutAnAnswerEndsTheConnection) {
    ready();
    now_ += 10s;
    told(link_->on_idle(Expectation::nothing, now_));
    now_ += 5s;
    EXPECT_THAT(told(link_->on_idle(Expectation::nothing, now_)),
                HasSubstr("complain of 0: connected, but Redis does not answer"));
    EXPECT_FALSE(link_->awaits_own_reply()) << "the next connection owes no answer to it";
}

TEST_F(EdgeLinkState, WhileWebhooksWaitTheirDeadlineWatchesInsteadOfAPing) {
    ready();
    now_ += 10s;
    EXPECT_EQ(told(link_->on_idle(Expectation::replies, now_)), "start idle 10000");
}

TEST_F(EdgeLinkState, ASilenceWithOnlyLateRepliesDueEndsTheConnection) {
    ready();
    now_ += 10s;
    EXPECT_THAT(told(link_->on_idle(Expectation::late_replies, now_)), HasSubstr("lost: redis_timeout"));
}

TEST_F(EdgeLinkState, AnAnswerToThePingMayShowThatTheMasterIsElsewhere) {
    ready({{}, {}});
    now_ += 10s;
    told(link_->on_idle(Expectation::nothing, now_));
    EXPECT_THAT(hear(loading), HasSubstr("start next attempt 0; lost: redis_error"));
    EXPECT_EQ(target(), "1.0");
}

TEST_F(EdgeLinkState, AnErrorToThePingOfASingleServerIsAnAnswer) {
    ready();
    now_ += 10s;
    told(link_->on_idle(Expectation::nothing, now_));
    EXPECT_EQ(hear(loading), "start idle 10000");
}

TEST_F(EdgeLinkState, WhoAnswersThePingWithSomethingElseIsNoRedis) {
    ready();
    now_ += 10s;
    told(link_->on_idle(Expectation::nothing, now_));
    EXPECT_THAT(hear("+HELLO\r\n"), HasSubstr("got an answer that is not Redis's"));
}

// --- what the user may not do

constexpr std::string_view forbidden = "-NOPERM this user has no permissions to run the command\r\n";

TEST_F(EdgeLinkState, AUserWhoMayNotPingIsNotMadeTo) {
    told(link().start(0));
    connect();
    EXPECT_THAT(greeted(forbidden), AllOf(HasSubstr("allow +ping"), HasSubstr("; ready")));
    for (int i = 0; i < 3; ++i) {
        now_ += 10s;
        EXPECT_EQ(told(link_->on_idle(Expectation::nothing, now_)), "start idle 10000");
    }
    now_ += 10s;
    EXPECT_THAT(told(link_->on_idle(Expectation::late_replies, now_)), HasSubstr("lost: redis_timeout"));
}

TEST_F(EdgeLinkState, ThatAUserMayNotPingIsSaidOnceAndAskedAgainWithEachConnection) {
    told(link().start(0));
    connect();
    greeted(forbidden);
    link_->on_served();
    for (int i = 0; i < 2; ++i) {
        closed();
        told(link_->on_attempt_due());
        connect();
        EXPECT_EQ(greeted(forbidden), "stop attempt; stop patience; start idle 10000; ready");
        link_->on_served();
    }
    closed();
    told(link_->on_attempt_due());
    connect();
    greeted();
    now_ += 10s;
    EXPECT_THAT(told(link_->on_idle(Expectation::nothing, now_)), HasSubstr("say PING")) << "he may now";
    EXPECT_EQ(hear(forbidden), "start idle 10000");
    now_ += 10s;
    EXPECT_EQ(told(link_->on_idle(Expectation::nothing, now_)), "start idle 10000") << "and no more";
}

TEST_F(EdgeLinkState, ANameThatWasRefusedIsNotGivenAgain) {
    told(link().start(0));
    connect();
    EXPECT_THAT(greeted(pong, forbidden), HasSubstr("ready"));
    link_->on_served();
    closed();
    told(link_->on_attempt_due());
    EXPECT_EQ(connect(), "say PING");
    EXPECT_THAT(hear(pong), HasSubstr("ready"));
}

// --- names

TEST_F(EdgeLinkState, ANameIsAskedForAgainBeforeEachConnectionButTheFirst) {
    EXPECT_THAT(told(link({{.name_may_change = true}}).start(0)), HasSubstr("connect"));
    connect();
    greeted();
    link_->on_served();
    closed();
    EXPECT_EQ(told(link_->on_attempt_due()), "look up");
    EXPECT_EQ(told(link_->on_addresses(1, 0)), "start attempt 1000; connect");
}

TEST_F(EdgeLinkState, ANameIsAskedForOnceARoundHoweverManyAddressesItHas) {
    told(link({{.addresses = 2, .name_may_change = true}}).start(0));
    refused();
    EXPECT_EQ(told(link_->on_attempt_due()), "start attempt 1000; connect") << "the first round";
    refused();
    EXPECT_EQ(told(link_->on_attempt_due()), "look up");
    told(link_->on_addresses(3, 0));
    for (int address = 1; address < 3; ++address) {
        refused();
        EXPECT_EQ(told(link_->on_attempt_due()), "start attempt 1000; connect");
        EXPECT_EQ(target(), "0." + std::to_string(address));
    }
    refused();
    EXPECT_EQ(told(link_->on_attempt_due()), "look up");
}

TEST_F(EdgeLinkState, NewAddressesBeginWithTheOneUsedLast) {
    ready({{.name_may_change = true}}).on_served();
    closed();
    told(link_->on_attempt_due());
    told(link_->on_addresses(3, 2));
    EXPECT_EQ(target(), "0.2");
}

TEST_F(EdgeLinkState, WithoutAnAnswerTheLastAddressesAreUsed) {
    ready({{.name_may_change = true}}).on_served();
    closed();
    told(link_->on_attempt_due());
    EXPECT_EQ(told(link_->on_no_addresses("Host not found")),
              "complain of 0: its name cannot be resolved, the last addresses are used: Host not found; "
              "start attempt 1000; connect");
}

// --- the worker leaves

TEST_F(EdgeLinkState, StopsWhileConnectingAndTellsNobody) {
    told(link().start(0));
    EXPECT_EQ(told(link_->stop()), "close; stop next attempt; stop patience");
    EXPECT_FALSE(link_->promising());
    EXPECT_EQ(refused(), "") << "what comes after the end changes nothing";
    EXPECT_EQ(told(link_->lose({"late"}, now_)), "");
}

TEST_F(EdgeLinkState, IsNotDownWhenTheWorkerIsGone) {
    told(link().start(0));
    refused();
    EXPECT_TRUE(link_->down());
    told(link_->stop());
    EXPECT_FALSE(link_->down());
}

TEST_F(EdgeLinkState, TheEndOfAWorkersTimeEndsTheLinkAndTellsTheOwner) {
    ready();
    EXPECT_EQ(told(link_->on_worker_shutdown()),
              "close; stop next attempt; stop patience; lost: redis_unavailable");
    EXPECT_FALSE(link_->talking());
}

}  // namespace link_state_test
}  // namespace edge::redis
