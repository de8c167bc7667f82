#include "rules/redis_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace redis_check_test {

using namespace std::chrono_literals;
using rules::FindingStatus;
using testing::HasSubstr;

// The finding with this id of a Redis that is well but for what is changed.
rules::Finding of(const std::string& id, const std::string& name, const std::string& value) {
    auto info = rules::parse_redis_info(
        "# Server\r\nredis_version:7.0.15\r\n\r\n# Memory\r\nused_memory:1000000\r\nmaxmemory:0\r\n"
        "maxmemory_policy:noeviction\r\n# Persistence\r\naof_enabled:1\r\naof_last_write_status:ok\r\n");
    info[name] = value;
    for (const auto& finding : rules::check_redis_server(info))
        if (finding.id == id) return finding;
    return {};
}

TEST(RedisCheck, SixPointTwoIsTheOldestThatServes) {
    EXPECT_EQ(of("redis.version", "redis_version", "6.2.0").status, FindingStatus::ok);
    EXPECT_EQ(of("redis.version", "redis_version", "10.0.0").status, FindingStatus::ok);
    EXPECT_EQ(of("redis.version", "redis_version", "6.0.16").status, FindingStatus::warn);
    EXPECT_EQ(of("redis.version", "redis_version", "5.0.7").status, FindingStatus::warn);
    EXPECT_THAT(of("redis.version", "valkey_version", "8.1.1").summary, HasSubstr("Valkey 8.1.1"));
}

TEST(RedisCheck, EveryOtherPolicyThrowsBookingsAway) {
    for (const auto* policy : {"allkeys-lru", "volatile-lru", "allkeys-random", "volatile-ttl"})
        EXPECT_EQ(of("redis.eviction", "maxmemory_policy", policy).status, FindingStatus::warn);
}

TEST(RedisCheck, WithoutAnAppendOnlyFileA200MayBeLost) {
    EXPECT_EQ(of("redis.persistence", "aof_enabled", "0").status, FindingStatus::warn);
    EXPECT_EQ(of("redis.persistence", "aof_last_write_status", "err").status, FindingStatus::warn);
    EXPECT_EQ(of("redis.persistence", "aof_enabled", "1").status, FindingStatus::ok);
}

TEST(RedisCheck, NineTenthsAreNearlyFull) {
    EXPECT_EQ(of("redis.memory", "maxmemory", "0").status, FindingStatus::ok) << "no limit";
    EXPECT_EQ(of("redis.memory", "maxmemory", "1111112").status, FindingStatus::ok);
    EXPECT_EQ(of("redis.memory", "maxmemory", "1111111").status, FindingStatus::warn);
}

TEST(RedisCheck, InAClusterTheAgentMayFollowASlotThatIsMoved) {
    const rules::RedisInfo alone = {{"cluster_enabled", "0"}}, node = {{"cluster_enabled", "1"}};
    EXPECT_FALSE(rules::is_of_cluster({}));
    EXPECT_FALSE(rules::is_of_cluster(alone));
    EXPECT_TRUE(rules::is_of_cluster(node));
    EXPECT_EQ(rules::check_cluster(alone, "").status, FindingStatus::ok);
    EXPECT_EQ(rules::check_cluster(node, "").status, FindingStatus::ok);
    const auto found = rules::check_cluster(node, "NOPERM this user");
    EXPECT_EQ(found.status, FindingStatus::warn);
    EXPECT_THAT(found.fix, HasSubstr("+asking"));
}

TEST(RedisCheck, WhatWaitsLongerThanAMinuteIsAWarning) {
    EXPECT_EQ(rules::check_backlog({0, 0, std::nullopt}).status, FindingStatus::ok);
    EXPECT_EQ(rules::check_backlog({5, 0, 60s}).status, FindingStatus::ok);
    EXPECT_EQ(rules::check_backlog({0, 900, std::nullopt}).status, FindingStatus::ok) << "history may wait";
    EXPECT_EQ(rules::check_backlog({0, 900, std::nullopt, 59min}).status, FindingStatus::ok);
    const auto old = rules::check_backlog({0, 900, std::nullopt, 61min});
    EXPECT_EQ(old.status, FindingStatus::warn);
    EXPECT_THAT(old.summary, HasSubstr("900 entries of history, the oldest for 61 min"));
    const auto late = rules::check_backlog({5, 2, 61s});
    EXPECT_EQ(late.status, FindingStatus::warn);
    EXPECT_THAT(late.summary,
                testing::AllOf(HasSubstr("5 webhooks"), HasSubstr("61 s"), HasSubstr("2 entries")));
}

TEST(RedisCheck, DeadLettersAreToldByTheMostFrequentReasons) {
    EXPECT_EQ(rules::check_dead_letters(0, {}).status, FindingStatus::ok);
    const auto found = rules::check_dead_letters(10, {{"a", 1}, {"b", 5}, {"c", 2}, {"d", 2}});
    EXPECT_EQ(found.status, FindingStatus::warn);
    EXPECT_THAT(found.why, testing::StartsWith("5 times: b"));
    EXPECT_THAT(found.why, testing::Not(HasSubstr("times: a")));
}

TEST(Findings, AreChosenByIdOrArea) {
    const rules::Selection selection{{"redis", "edge.path"}, {"redis.dead"}};
    EXPECT_TRUE(selection.has("redis.memory"));
    EXPECT_TRUE(selection.has("edge.path"));
    EXPECT_FALSE(selection.has("redis.dead"));
    EXPECT_FALSE(selection.has("edge.status"));
    EXPECT_TRUE(selection.has_area("edge"));
    EXPECT_FALSE(selection.has_area("brevo"));
    EXPECT_EQ(rules::unknown_name({"redis", "edge.path"}), "");
    EXPECT_EQ(rules::unknown_name({"redis", "edge.paths"}), "edge.paths");
}

TEST(Findings, StandInTheOrderOfTheTable) {
    const auto sorted = rules::sorted({rules::well("brevo.key", ""), rules::well("config.file", "")}, {});
    EXPECT_EQ(sorted.front().id, "config.file");
    EXPECT_EQ(
        rules::count({rules::failure("brevo.key", "", "", ""), rules::warning("redis.dead", "", "", "")})
            .failures,
        1u);
}

}  // namespace redis_check_test
