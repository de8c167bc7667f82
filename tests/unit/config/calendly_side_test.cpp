// Calendly's side of the configuration: the account, our subscription, what is looked up afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/error.hpp"
#include "config/load.hpp"

namespace calendly_side_test {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

config::Connector read(const std::string& lines, const std::string& account = "access_token: a") {
    const auto yaml = "brevo: {api_key: k}\nconnectors:\n  calendly:\n    " + account + "\n" + lines;
    return config::parse(yaml, "connector.yaml", [](const auto&) { return std::nullopt; }).connectors.front();
}

std::string mistake(const std::string& lines, const std::string& account = "access_token: a") {
    try {
        read(lines, account);
    } catch (const config::Error& error) {
        return error.what();
    }
    return "none";
}

TEST(CalendlySide, DefaultsAreThoseOfTheReference) {
    const auto connector = read("");
    EXPECT_FALSE(connector.oauth);
    EXPECT_THAT(connector.webhook.events, ElementsAre("invitee.created", "invitee.canceled",
                                                      "invitee_no_show.created", "invitee_no_show.deleted"));
    EXPECT_EQ(connector.webhook.check_every, 5min);
    EXPECT_FALSE(connector.webhook.repair);
    EXPECT_EQ(connector.reconcile.every, 15min);
    EXPECT_EQ(connector.reconcile.back, 14 * 24h);
    EXPECT_EQ(connector.reconcile.ahead, 365 * 24h);
    EXPECT_EQ(connector.reconcile.share, 0.1);
}

TEST(CalendlySide, EverythingCanBeSaid) {
    const auto connector = read(
        "    webhook: {url: 'https://hooks.example.com/webhooks/calendly', signing_key_file: "
        "/etc/signing.key,\n"
        "      scope: user, events: [invitee.created], check_every: off, repair: true}\n"
        "    reconcile: {every: off, back: 1s, ahead: 2h, share: 100%}\n",
        "oauth: {client_id: c, client_secret: s, redirect_uri: 'https://x.org/cb', key_file: /k, "
        "store: 'file:/t'}");
    EXPECT_EQ(connector.access_token, "");
    ASSERT_TRUE(connector.oauth);
    EXPECT_EQ(connector.oauth->client_id, "c");
    EXPECT_EQ(connector.oauth->client_secret, "s");
    EXPECT_EQ(connector.oauth->redirect_uri, "https://x.org/cb");
    EXPECT_EQ(connector.oauth->key_file, "/k");
    EXPECT_EQ(connector.oauth->token_file, "/t");
    EXPECT_EQ(connector.webhook.signing_key_file, "/etc/signing.key");
    EXPECT_FALSE(connector.webhook.check_every);
    EXPECT_TRUE(connector.webhook.repair);
    EXPECT_FALSE(connector.reconcile.every);
    EXPECT_EQ(connector.reconcile.back, 1s);
    EXPECT_EQ(connector.reconcile.ahead, 2h);
    EXPECT_EQ(connector.reconcile.share, 1.0);
}

TEST(CalendlySide, ANativeAppHasNoSecretAndTokensAreInRedisByDefault) {
    const auto connector = read("", "oauth: {client_id: c, redirect_uri: 'http://127.0.0.1:8899/callback'}");
    EXPECT_EQ(connector.oauth->client_secret, "");
    EXPECT_EQ(connector.oauth->token_file, "");
    EXPECT_EQ(connector.oauth->key_file, "/etc/calendly-brevo/token.key");
}

TEST(CalendlySide, MistakesNameThePlace) {
    EXPECT_THAT(mistake("", "enabled: true"), HasSubstr("access_token"));
    EXPECT_THAT(mistake("", "oauth: {redirect_uri: 'https://x.org/cb'}"), HasSubstr("oauth.client_id"));
    EXPECT_THAT(mistake("", "oauth: {client_id: c}"), HasSubstr("oauth.redirect_uri"));
    EXPECT_THAT(mistake("    oauth: {client_id: c, redirect_uri: 'https://x.org'}\n"),
                HasSubstr("one of the two"));
    EXPECT_THAT(mistake("", "oauth: {client_id: c, redirect_uri: 'https://x.org', store: memory}"),
                HasSubstr("redis or file:/PATH"));
    EXPECT_THAT(mistake("", "oauth: {client_id: c, redirect_uri: 'https://x.org', key_file: token.key}"),
                HasSubstr("begins with /"));
    EXPECT_THAT(mistake("    webhook: {signing_key: k, signing_key_file: /f}\n"),
                HasSubstr("one of the two"));
    EXPECT_THAT(mistake("    webhook: {url: hooks.example.com}\n"), HasSubstr("webhook.url"));
    EXPECT_THAT(mistake("    webhook: {events: [invitee.moved]}\n"), HasSubstr("webhook.events"));
    EXPECT_THAT(mistake("    webhook: {events: [invitee.created, invitee.created]}\n"), HasSubstr("twice"));
    EXPECT_THAT(mistake("    webhook: {scope: user, events: [routing_form_submission.created]}\n"),
                HasSubstr("scope: organization"));
    for (const auto* duration : {"0s", "5", "m", "-1s", "5 m", "1y", "9999999999999d"})
        EXPECT_THAT(mistake(std::string("    reconcile: {back: '") + duration + "'}\n"),
                    HasSubstr("reconcile.back"))
            << duration;
    for (const auto* share : {"0%", "101%", "10", "0.1", "%"})
        EXPECT_THAT(mistake(std::string("    reconcile: {share: '") + share + "'}\n"),
                    HasSubstr("reconcile.share"))
            << share;
}

}  // namespace calendly_side_test
