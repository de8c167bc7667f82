#include <gmock/gmock.h>

#include "shared/redis_url.hpp"

namespace shared {
namespace redis_url_test {

using testing::HasSubstr;
using testing::Not;

std::string error_of(std::string_view url) {
    try {
        parse_redis_url(url);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "no error";
}

TEST(RedisUrl, ReadsEveryPartOfATcpUrl) {
    const auto url = parse_redis_url("redis://edge@redis.example.com:6380/7");
    EXPECT_EQ(url, (RedisUrl{.host = "redis.example.com", .port = 6380, .user = "edge", .database = 7}));
    EXPECT_EQ(url.address(), "redis.example.com:6380");
}

TEST(RedisUrl, KnowsTls) {
    EXPECT_EQ(
        parse_redis_url("rediss://edge@redis.example.com:6380/7"),
        (RedisUrl{.host = "redis.example.com", .port = 6380, .tls = true, .user = "edge", .database = 7}));
    EXPECT_FALSE(parse_redis_url("redis://h").tls);
}

TEST(RedisUrl, HasDefaults) {
    EXPECT_EQ(parse_redis_url("redis://localhost"), (RedisUrl{.host = "localhost"}));
    EXPECT_EQ(parse_redis_url("redis://localhost/"), (RedisUrl{.host = "localhost"}));
    EXPECT_EQ(parse_redis_url("redis://localhost").address(), "localhost:6379");
}

TEST(RedisUrl, KeepsBracketsAroundAnIpv6AddressOnlyWhereNeeded) {
    const auto url = parse_redis_url("redis://[::1]:6380/2");
    EXPECT_EQ(url.host, "::1");
    EXPECT_EQ(url.port, 6380);
    EXPECT_EQ(url.database, 2u);
    EXPECT_EQ(url.address(), "[::1]:6380");
}

TEST(RedisUrl, ReadsUnixSockets) {
    EXPECT_EQ(parse_redis_url("unix:/run/redis.sock"), (RedisUrl{.socket_path = "/run/redis.sock"}));
    EXPECT_EQ(parse_redis_url("unix:/run/redis.sock?db=3"),
              (RedisUrl{.socket_path = "/run/redis.sock", .database = 3}));
    EXPECT_EQ(parse_redis_url("unix:/run/redis.sock").address(), "unix:/run/redis.sock");
}

TEST(RedisUrl, SaysWhatIsWrong) {
    EXPECT_THAT(error_of("localhost:6379"), HasSubstr("redis://[user@]host:port/db or unix:/path"));
    EXPECT_THAT(error_of("redis://"), HasSubstr("host is missing"));
    EXPECT_THAT(error_of("redis://:6379"), HasSubstr("host is missing"));
    for (const std::string port : {"", "0", "65536", "6379x", "-1"})
        EXPECT_THAT(error_of("redis://h:" + port), HasSubstr("port is not a number")) << port;
    for (const std::string database : {"x", "-1", "1x", "1000001", "1/2"})
        EXPECT_THAT(error_of("redis://h/" + database), HasSubstr("database is not a number")) << database;
    EXPECT_THAT(error_of("redis://[::1"), HasSubstr("']' is missing"));
    EXPECT_THAT(error_of("redis://[::1]6379"), HasSubstr("port is not a number"));
    for (const std::string host : {"a b", "[[::1]", "a]", "a?db=1", "a\t", "b\xc3\xbc"})
        EXPECT_THAT(error_of("redis://" + host), HasSubstr("the host has a character")) << host;
    EXPECT_THAT(error_of("redis://@h"), HasSubstr("user before '@' is empty"));
    EXPECT_THAT(error_of("unix:run/redis.sock"), HasSubstr("must begin with '/'"));
    EXPECT_THAT(error_of("unix:/run/redis.sock?database=3"), HasSubstr("only ?db=<number>"));
    EXPECT_THAT(error_of("unix:/run/redis.sock?db="), HasSubstr("database is not a number"));
    EXPECT_THAT(error_of("unix:/" + std::string(107, 'x')), HasSubstr("longer than 107 bytes"));
    EXPECT_THAT(error_of("rediss:/h"), HasSubstr("looks like"));
}

TEST(RedisUrl, WantsNoPasswordAndDoesNotRepeatIt) {
    for (const std::string url : {"redis://edge:hush@h:6379", "redis://:hush@h", "redis://a:hu@sh@h"}) {
        EXPECT_THAT(error_of(url), HasSubstr("calendly_redis_password_file")) << url;
        EXPECT_THAT(error_of(url), Not(HasSubstr("hu"))) << url;
    }
}

TEST(SentinelAddress, IsAHostAndItsPort) {
    EXPECT_EQ(parse_sentinel_address("one.example:26380"), (RedisUrl{.host = "one.example", .port = 26380}));
    EXPECT_EQ(parse_sentinel_address("[::1]:5000"), (RedisUrl{.host = "::1", .port = 5000}));
    EXPECT_EQ(parse_sentinel_address("10.0.0.1").port, 26379);
}

TEST(SentinelAddress, IsNothingElse) {
    for (const auto* text :
         {"", ":26379", "host:0", "host:nothing", "redis://host:26379", "user@host", "host/1"})
        EXPECT_THROW(parse_sentinel_address(text), std::invalid_argument) << text;
}

}  // namespace redis_url_test
}  // namespace shared
