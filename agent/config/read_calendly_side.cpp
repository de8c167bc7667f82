#include "config/read_calendly_side.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/shown.hpp"
#include "config/values.hpp"

namespace config {
namespace {

constexpr std::string_view routing_form = "routing_form_submission.created";

std::string absolute_path(std::string_view text) {
    if (!text.starts_with('/')) throw std::invalid_argument("expected a path that begins with /");
    return std::string(text);
}

// "redis" or "file:/path": where the tokens are.
std::string parse_store(std::string_view text) {
    constexpr std::string_view file = "file:";
    if (text == "redis") return {};
    if (!text.starts_with(file)) throw std::invalid_argument("expected redis or file:/PATH");
    return absolute_path(text.substr(file.size()));
}

// Its query, if any, is left as it is: a redirection must be the registered one to the letter.
std::string parse_web_address(std::string_view text) {
    http::parse_url(text.substr(0, text.find('?')));
    return std::string(text);
}

OAuth read_oauth(const Section& section) {
    section.allow({"client_id", "client_secret", "redirect_uri", "key_file", "store"});
    OAuth oauth;
    oauth.client_id = section.required_text("client_id");
    oauth.client_secret = section.secret("client_secret");
    oauth.redirect_uri = section.required_text("redirect_uri");
    section.parsed("redirect_uri", "", parse_web_address);
    oauth.key_file = section.parsed("key_file", "/etc/calendly-brevo/token.key", absolute_path);
    section.note_file("key_file", oauth.key_file);
    oauth.token_file = section.parsed("store", "redis", parse_store);
    if (!oauth.token_file.empty()) section.note_file("store", oauth.token_file);
    return oauth;
}

std::vector<std::string> read_events(const Section& section, const std::string& scope) {
    if (!section.has("events"))
        return {"invitee.created", "invitee.canceled", "invitee_no_show.created", "invitee_no_show.deleted"};
    auto events = section.parsed_list("events", parse_event_name);
    for (auto event = events.begin(); event != events.end(); ++event) {
        if (std::count(events.begin(), event, *event) > 0) section.fail("events", *event + " stands twice");
        if (*event == routing_form && scope != "organization")
            section.fail("events", *event + " is only sent to scope: organization");
    }
    return events;
}

}  // namespace

void read_account(const Section& connector, Connector& to) {
    if (!connector.has("oauth")) {
        to.access_token = connector.required_secret("access_token");
        return;
    }
    if (connector.has("access_token"))
        connector.fail("access_token", "stands beside oauth: write one of the two");
    to.oauth = read_oauth(connector.section("oauth"));
}

Webhook read_webhook(const Section& section) {
    section.allow({"signing_key", "signing_key_file", "url", "scope", "events", "check_every", "repair"});
    Webhook webhook;
    webhook.signing_key = section.secret("signing_key");
    webhook.signing_key_file = section.text("signing_key_file", "");
    if (!webhook.signing_key_file.empty()) {
        section.parsed("signing_key_file", "", absolute_path);
        section.note_file("signing_key_file", webhook.signing_key_file);
    }
    if (!webhook.signing_key.empty() && !webhook.signing_key_file.empty())
        section.fail("signing_key_file", "stands beside signing_key: write one of the two");
    webhook.url = section.text("url", "");
    if (!webhook.url.empty()) section.parsed("url", "", parse_web_address);
    webhook.scope = section.text("scope", webhook.scope);
    if (webhook.scope != "organization" && webhook.scope != "user" && webhook.scope != "group")
        section.fail("scope", "expected organization, user or group");
    webhook.events = read_events(section, webhook.scope);
    webhook.check_every = section.parsed("check_every", "5m", parse_interval);
    webhook.repair = section.boolean("repair", webhook.repair);
    return webhook;
}

Reconcile read_reconcile(const Section& section) {
    section.allow({"every", "back", "ahead", "share"});
    return {section.parsed("every", "15m", parse_interval), section.parsed("back", "14d", parse_duration),
            section.parsed("ahead", "365d", parse_duration), section.parsed("share", "10%", parse_share)};
}

}  // namespace config
