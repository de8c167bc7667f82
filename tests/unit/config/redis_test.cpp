// The section `redis` of the agent's configuration.
#include <gmock/gmock.h>

#include "config/error.hpp"
#include "config/load.hpp"

namespace redis_test {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::optional<std::string> look_up(const std::string& name) {
    if (name == "SECRET") return "hush-hush";
    if (name == "HOST") return "redis.example.com";
    return std::nullopt;
}

// `section` begins in line 5.
config::Redis parse(const std::string& section) {
    const std::string connector = "connectors:\n  a:\n    access_token: x\n    brevo: {api_key: y}\n";
    return config::parse(connector + "redis: " + section + "\n", "test.yaml", look_up).redis;
}

std::string error_of(const std::string& section) {
    try {
        parse(section);
    } catch (const config::Error& error) {
        return error.what();
    }
    return "no error";
}

std::vector<std::string> addresses(const std::vector<shared::RedisUrl>& servers) {
    std::vector<std::string> all;
    for (const auto& server : servers) all.push_back(server.address());
    return all;
}

TEST(ConfigRedis, IsTheLocalOneByDefault) {
    const auto redis = parse("{}");
    EXPECT_THAT(addresses(redis.urls), ElementsAre("127.0.0.1:6379"));
    EXPECT_THAT(redis.sentinels, IsEmpty());
}

TEST(ConfigRedis, OneUrl) {
    const auto redis = parse("{url: \"redis://agent@${HOST}:6380/3\", password: \"${SECRET}\"}");
    EXPECT_THAT(addresses(redis.urls), ElementsAre("redis.example.com:6380"));
    EXPECT_EQ(redis.urls[0].user, "agent");
    EXPECT_EQ(redis.urls[0].database, 3u);
    EXPECT_EQ(redis.password, "hush-hush");
}

TEST(ConfigRedis, UrlsOfOneReplicationSet) {
    const auto redis = parse("{urls: [\"rediss://${HOST}\", \"unix:/run/redis.sock?db=1\"]}");
    EXPECT_THAT(addresses(redis.urls), ElementsAre("redis.example.com:6379", "unix:/run/redis.sock"));
    EXPECT_TRUE(redis.urls[0].tls);
    EXPECT_FALSE(redis.urls[1].tls);
}

TEST(ConfigRedis, Sentinels) {
    const auto redis = parse(
        "{sentinels: [\"10.0.0.1:26380\", \"${HOST}\"], master: mymaster, user: agent, password: "
        "\"${SECRET}\","
        " database: 2, sentinel_user: asker, sentinel_password: hush, tls: true}");
    EXPECT_THAT(redis.urls, IsEmpty());
    EXPECT_THAT(addresses(redis.sentinels), ElementsAre("10.0.0.1:26380", "redis.example.com:26379"));
    EXPECT_TRUE(redis.sentinels[0].tls);
    EXPECT_EQ(redis.master, "mymaster");
    EXPECT_EQ(redis.user, "agent");
    EXPECT_EQ(redis.password, "hush-hush");
    EXPECT_EQ(redis.database, 2u);
    EXPECT_EQ(redis.sentinel_user, "asker");
    EXPECT_EQ(redis.sentinel_password, "hush");
}

TEST(ConfigRedis, SentinelsSpeakPlainlyUnlessTold) {
    EXPECT_FALSE(parse("{sentinels: [localhost], master: m}").sentinels[0].tls);
}

struct Mistake {
    std::string section, message;
};

TEST(ConfigRedis, AMistakeIsNamedWithItsPlace) {
    const Mistake mistakes[] = {
        {"{url: \"http://x\"}", "redis.url: a URL looks like redis://"},
        {"{url: \"redis://agent:hush@x\"}", "redis.url: no password in the URL"},
        {"{url: \"redis://agent@x\"}", "redis.password: missing: the user in the URL needs one"},
        {"{url: \"redis://x\", urls: [\"redis://y\"]}", "redis.urls: url stands here, too"},
        {"{urls: [\"redis://y\"], sentinels: [\"y\"], master: m}", "redis.sentinels: urls stands here, too"},
        {"{urls: \"redis://x\"}", "redis.urls: expected a list"},
        {"{urls: []}", "redis.urls: expected a list"},
        {"{urls: [[a]]}", "redis.urls: expected a list of single values"},
        {"{urls: [\"redis://x\", \"redis://x:6379/1\"]}",
         "redis.urls: numbers 1 and 2 of the list are the same server"},
        {"{urls: [\"${NOTHING}\"]}", "redis.urls: the environment variable NOTHING is not set"},
        {"{sentinels: [a], master: \"\"}", "redis.master: missing or empty"},
        {"{sentinels: [a]}", "redis: master is missing"},
        {"{sentinels: [\"redis://a\"], master: m}", "redis.sentinels: a Sentinel is named by host:port"},
        {"{sentinels: [\"a:0\"], master: m}", "redis.sentinels: the port is not a number from 1 to 65535"},
        {"{sentinels: [a, \"a:26379\"], master: m}",
         "redis.sentinels: numbers 1 and 2 of the list are the same"},
        {"{sentinels: [a], master: m, user: u}", "redis.user: password is missing"},
        {"{sentinels: [a], master: m, sentinel_user: u}",
         "redis.sentinel_user: sentinel_password is missing"},
        {"{sentinels: [a], master: m, database: x}", "redis.database: the database is not a number"},
        {"{sentinels: [a], master: m, tls: maybe}", "redis.tls: expected true or false"},
        {"{url: \"redis://x\", master: m}", "redis.master: is only for sentinels"},
        {"{user: u}", "redis.user: is only for sentinels"},
        {"{database: 1}", "redis.database: is only for sentinels"},
        {"{tls: true}", "redis.tls: is only for sentinels"},
        {"{sentinel_user: u}", "redis.sentinel_user: is only for sentinels"},
        {"{sentinel_password: p}", "redis.sentinel_password: is only for sentinels"},
        {"{ca_file: /no/such.pem}", "redis.ca_file: no TLS is spoken here"},
        {"{url: \"rediss://x\", ca_file: /no/such.pem}",
         "redis.ca_file: no certificates can be read from /no"},
        {"{url: \"rediss://x\", certificate: /a.crt}", "redis: certificate and certificate_key go together"},
        {"{url: \"rediss://x\", certificate_key: /a.key}",
         "redis: certificate and certificate_key go together"},
        {"{url: \"rediss://x\", certificate: /no/a.crt, certificate_key: /no/a.key}",
         "redis.certificate_key: no certificate can be read from /no/a.crt"},
        {"{insecure: true}", "redis: unknown key 'insecure'"},
    };
    for (const auto& [section, message] : mistakes)
        EXPECT_THAT(error_of(section), AllOf(StartsWith("test.yaml:5: "), HasSubstr(message))) << section;
}

TEST(ConfigRedis, AMistakeInAListIsNamedWithItsLine) {
    EXPECT_THAT(error_of("\n  urls:\n    - redis://x\n    - http://x"),
                StartsWith("test.yaml:8: redis.urls: "));
}

TEST(ConfigRedis, ASecretIsNeverInAnError) {
    for (const auto* section :
         {"{url: \"redis://x:${SECRET}\"}", "{urls: [\"${SECRET}\"]}",
          "{sentinels: [\"${SECRET}:x\"], master: m}", "{password: \"${SECRET}\", tls: true}"})
        EXPECT_THAT(error_of(section), AllOf(StartsWith("test.yaml:5: redis."), Not(HasSubstr("hush-hush"))))
            << section;
}

}  // namespace redis_test
