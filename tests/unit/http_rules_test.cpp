#include <gtest/gtest.h>

#include <stdexcept>

#include "http/pacer.hpp"
#include "http/url.hpp"

namespace {

using namespace std::chrono_literals;

TEST(Url, PartsAndOrigin) {
    const auto url = http::parse_url("https://api.brevo.com/v3/");
    EXPECT_TRUE(url.tls);
    EXPECT_EQ(url.host, "api.brevo.com");
    EXPECT_EQ(url.port, "443");
    EXPECT_EQ(url.base_path, "/v3");
    EXPECT_EQ(url.origin(), "https://api.brevo.com");
    EXPECT_EQ(http::parse_url("http://[::1]:8080").origin(), "http://[::1]:8080");
    EXPECT_EQ(http::parse_url("http://localhost").port, "80");
    EXPECT_EQ(http::parse_url("https://host:/").port, "443");
    EXPECT_EQ(http::parse_url("https://host:8443").origin(), "https://host:8443");
}

TEST(Url, RefusesWhatIsNotSafeOrNoAddress) {
    for (const auto* text : {"", "api.brevo.com", "ftp://api.brevo.com", "http://api.brevo.com", "https://",
                             "https://user@host/", "https://host/?q=1", "https://host/#f",
                             "http://127.evil.example", "http://127.0.0.1x:80/"})
        EXPECT_THROW(http::parse_url(text), std::invalid_argument) << text;
}

// Boost 1.81 takes what follows an IPv4 address for a path.
TEST(Url, AHostIsReadWholeOrNotAtAll) {
    std::string host = "10.0.0.1.nip.example";
    try {
        host = http::parse_url("https://10.0.0.1.nip.example/v3").host;
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(), "the URL's host cannot be read");
    }
    EXPECT_EQ(host, "10.0.0.1.nip.example");
}

TEST(Url, IdentifiersAreEncodedWhole) {
    EXPECT_EQ(http::percent_encode("a+b/c@d.e"), "a%2Bb%2Fc%40d.e");
}

TEST(Schedule, IsEvenlyPacedAt97Percent) {
    http::Schedule schedule({10, 1s});
    const http::Schedule::Time start{1h};
    EXPECT_EQ(schedule.reserve(start, 0ns), start);
    const auto second = schedule.reserve(start, 0ns);
    EXPECT_NEAR(static_cast<double>((second - start).count()), 1e9 / 9.7, 1e6);
    EXPECT_EQ(schedule.reserve(start + 1h, 0ns), start + 1h) << "what was not used is not saved up";
    EXPECT_GT(schedule.reserve(start + 1h, 0ns), start + 1h);
}

TEST(Schedule, MayBeSlowerThanItsLimitAndNeverFaster) {
    http::Schedule schedule({10, 1s});
    const http::Schedule::Time start{1h};
    schedule.reserve(start, 5s);
    EXPECT_EQ(schedule.reserve(start, 1ns), start + 5s);
    EXPECT_GT(schedule.reserve(start, 0ns), start + 5s + 100ms);
}

TEST(Schedule, NoLimitNeverWaits) {
    http::Schedule schedule({});
    const http::Schedule::Time start{1h};
    for (int i = 0; i < 3; ++i) EXPECT_EQ(schedule.reserve(start, 0ns), start);
}

TEST(Spread, MakesTheRestLastUntilTheReset) {
    EXPECT_EQ(http::spread({10, 31s}).interval, 3s);
    EXPECT_EQ(http::spread({10, 31s}).lasts, 30s);
    EXPECT_EQ(http::spread({0, 31s}).interval, 30s) << "nothing remains: until the reset";
}

TEST(Spread, SaysNothingAboutAWindowThatIsAboutToEnd) {
    for (const auto reset : {0s, 1s}) EXPECT_EQ(http::spread({1, reset}).interval, 0ns);
}

TEST(Spread, SaysNothingAboutAResetThatNoWindowHas) {
    EXPECT_EQ(http::spread({1, 1'700'000'000s}).interval, 0ns);
}

TEST(Spread, IsSilentForAMinuteAtMost) {
    for (const long remaining : {0L, 1L, 30L}) {
        EXPECT_EQ(http::spread({remaining, 3600s}).interval, 60s) << remaining;
        EXPECT_EQ(http::spread({remaining, 3600s}).lasts, 60s) << remaining;
    }
    EXPECT_LT(http::spread({100, 3600s}).interval, 60s);
}

TEST(Spread, NeverSlowsTheSteadyPaceOfAWholeMinute) {
    const auto pace = http::Schedule({500, 60s}).interval();
    for (int second = 0; second < 60; ++second) {
        const long used = static_cast<long>(second * 500 * 0.97 / 60);
        EXPECT_LE(http::spread({500 - used, std::chrono::seconds(60 - second)}).interval, pace) << second;
    }
}

}  // namespace
