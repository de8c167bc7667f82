// config show: everything that is in force, without a secret, and read back as the same.
#include "config/show.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include "config/error.hpp"
#include "config/load.hpp"

namespace config_show_test {

using testing::HasSubstr;
using testing::Not;

std::optional<std::string> environment(std::string_view name) {
    return name == "BREVO_API_KEY" ? std::optional<std::string>("xkeysib-secret-brevo") : std::nullopt;
}

config::Configuration parsed(const std::string& yaml) {
    return config::parse(yaml, "connector.yaml", environment);
}

const std::string plain = "connectors: {calendly: {access_token: secret-token}}";

const std::string rich = R"(
connectors:
  calendly:
    oauth: {client_id: id, client_secret: secret-of-oauth, redirect_uri: "https://a.example/callback", store: "file:/var/x"}
    event_mapping: {demo: {event_type_uri: "https://api.calendly.com/event_types/x", list_id: 11}}
    field_mapping: {email: email, name: FIRSTNAME, questions_and_answers: {"What's \"it\"?": COMPANY, "/a+b/": ROLE}}
    default_country: FR
    webhook: {signing_key: secret-signing-key, url: "https://a.example/hook", scope: user, check_every: off, repair: true}
    reconcile: {every: off, back: 36h, ahead: 90m, share: 25%}
    cancellation: {list_id: 20, leave_lists: true}
    no_show: {list_id: 21}
    follow_links: missing
    retention: 30h
    log_level: verbose
    timeline: {age: 2h}
    scheduling: {enabled: true, event_types: [demo], allow_origins: ["https://www.example.com"], per_address: none,
                 verify_url: "https://captcha.example.com/siteverify", verify_secret: secret-of-captcha}
    calendly: {rate_limit: 50/min}
  second: {access_token: secret-token, sync: {events: false}}
  off: {enabled: false}
timeline: {entries: 5, age: 1d}
redis: {sentinels: ["10.0.0.1", "[::1]:2"], master: my, user: me, password: secret-of-redis, database: 3}
brevo: {rate_limit: 100/h}
admin: {listen: "[::1]:80", token: secret-of-admin}
)";

TEST(ConfigShow, IsReadBackAsTheSame) {
    for (const auto& yaml : {plain, rich}) {
        const auto configuration = parsed(yaml);
        const auto shown = config::show_yaml(configuration);
        EXPECT_EQ(config::show(parsed(shown)), config::show(configuration)) << shown;
    }
}

TEST(ConfigShow, HasNoSecret) {
    const auto configuration = parsed(rich);
    EXPECT_THAT(config::show_yaml(configuration), Not(HasSubstr("secret-")));
    EXPECT_THAT(boost::json::serialize(config::show(configuration)), Not(HasSubstr("secret-")));
}

TEST(ConfigShow, NamesEachSecretThatIsSet) {
    const auto shown = boost::json::serialize(config::show(parsed(rich)));
    for (const auto* name :
         {"client_secret", "signing_key", "access_token", "verify_secret", "password", "api_key", "token"})
        EXPECT_THAT(shown, HasSubstr(std::string("\"") + name + R"(":"***")"));
}

TEST(ConfigShow, SaysTheDefaults) {
    const auto shown = boost::json::serialize(config::show(parsed(plain)));
    for (const auto* part : {R"("timeline":{"entries":10000,"age":"30d"})", R"("retention":"400d")",
                             R"("reconcile":{"every":"15m","back":"14d","ahead":"365d","share":"10%"})",
                             R"("url":"redis://127.0.0.1:6379/0")", R"("listen":"127.0.0.1:8719")",
                             R"("rate_limit":"500/min")", R"("rate_limit":"10/s")", R"("api_key":"***")"})
        EXPECT_THAT(shown, HasSubstr(part));
}

TEST(ConfigTimeline, OfAConnectorGoesBeforeTheOneForAll) {
    const auto configuration = parsed(rich);
    EXPECT_EQ(configuration.connectors.at(0).timeline, (config::Timeline{5, std::chrono::hours(2)}));
    EXPECT_EQ(configuration.connectors.at(1).timeline, (config::Timeline{5, std::chrono::hours(24)}));
    EXPECT_THROW(parsed(plain + "\ntimeline: {entries: 0}"), config::Error);
    EXPECT_THROW(parsed(plain + "\ntimeline: {age: soon}"), config::Error);
    EXPECT_THROW(parsed(plain + "\ntimeline: {length: 5}"), config::Error);
}

}  // namespace config_show_test
