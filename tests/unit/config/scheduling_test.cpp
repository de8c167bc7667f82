// Section `scheduling` of a connector.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/error.hpp"
#include "config/load.hpp"

namespace config_scheduling_test {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

config::Scheduling read(const std::string& members) {
    const auto yaml =
        "brevo: {api_key: k}\nconnectors:\n  calendly:\n    access_token: a\n    event_mapping:\n"
        "      demo: {event_type_uri: 'https://api.calendly.com/event_types/D', list_id: 1}\n" +
        (members.empty() ? "" : "    scheduling: {" + members + "}\n");
    return config::parse(yaml, "connector.yaml", [](const auto&) { return std::nullopt; })
        .connectors.front()
        .scheduling;
}

std::string mistake(const std::string& members) {
    try {
        read(members);
    } catch (const config::Error& error) {
        return error.what();
    }
    return "none";
}

TEST(Scheduling, IsOffByDefault) {
    const auto scheduling = read("");
    EXPECT_FALSE(scheduling.enabled);
    EXPECT_EQ(scheduling, config::Scheduling{});
    EXPECT_EQ(scheduling.per_address, (api::RateLimit{5, 3600s}));
    EXPECT_THAT(scheduling.trusted_proxies, ElementsAre("127.0.0.1", "::1"));
}

TEST(Scheduling, EverythingCanBeSaid) {
    const auto scheduling = read(
        "enabled: true, event_types: [demo, 'https://api.calendly.com/event_types/E'], allow_origins: "
        "['https://WWW.example.com:443', 'http://localhost:3000'], per_address: 2/min, trusted_proxies: "
        "['0:0:0:0:0:0:0:1', 10.0.0.1], per_email: 1, plan_bookings_per_day: 10, daily_share: 50%, "
        "verify_url: "
        "'https://captcha.example.com/check', verify_secret: '0xABC'");
    EXPECT_TRUE(scheduling.enabled);
    EXPECT_THAT(scheduling.event_types, ElementsAre("https://api.calendly.com/event_types/D",
                                                    "https://api.calendly.com/event_types/E"));
    EXPECT_THAT(scheduling.allow_origins, ElementsAre("https://www.example.com", "http://localhost:3000"));
    EXPECT_THAT(scheduling.trusted_proxies, ElementsAre("::1", "10.0.0.1"));
    EXPECT_EQ(scheduling.per_email, 1);
    EXPECT_EQ(scheduling.plan_bookings_per_day, 10);
    EXPECT_EQ(scheduling.daily_share, 0.5);
    EXPECT_EQ(scheduling.verify_url, "https://captcha.example.com/check");
    EXPECT_EQ(scheduling.verify_secret, "0xABC");
}

TEST(Scheduling, MistakesNameTheKeyAndWhatIsExpected) {
    EXPECT_THAT(mistake("enabled: true, event_types: [demo], verify_secret: x"),
                HasSubstr("verify_secret: stands without verify_url"));
    EXPECT_THAT(mistake("enabled: true"), HasSubstr("scheduling.event_types"));
    EXPECT_THAT(mistake("event_types: [demmo]"), HasSubstr("did you mean 'demo'?"));
    EXPECT_THAT(mistake("event_types: [demo, 'https://api.calendly.com/event_types/D']"), HasSubstr("twice"));
    for (const auto* origin :
         {"https://x.org/", "https://x.org/page", "*", "https://*.x.org", "x.org", "http://x.org"})
        EXPECT_THAT(mistake("allow_origins: ['" + std::string(origin) + "']"), HasSubstr("allow_origins"))
            << origin;
    EXPECT_THAT(mistake("trusted_proxies: [localhost]"), HasSubstr("names are not looked up"));
    EXPECT_THAT(mistake("per_address: 5"), HasSubstr("expected a rate"));
    EXPECT_THAT(mistake("per_email: 0"), HasSubstr("per_email"));
    EXPECT_THAT(mistake("daily_share: 101%"), HasSubstr("from 1% to 100%"));
    EXPECT_THAT(mistake("verify_url: 'ftp://x'"), HasSubstr("verify_url"));
    EXPECT_THAT(mistake("alow_origins: []"), HasSubstr("allow_origins"));
}

}  // namespace config_scheduling_test
