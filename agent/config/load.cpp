#include "config/load.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "config/error.hpp"
#include "config/read_redis.hpp"
#include "config/section.hpp"
#include "config/values.hpp"
#include "net/tls.hpp"
#include "rules/field_sources.hpp"
#include "rules/question_key.hpp"
#include "shared/webhook_entry.hpp"

namespace config {
namespace {

// field_mapping, default_country, calendly and brevo may stand at top level for all connectors, and inside
// one to override.
struct Common {
    Section field_mapping;
    const rules::NumberingPlan* default_country;
    Section calendly;
    Section brevo;
};

std::string nearest_source(std::string_view name) {
    const std::vector<std::string_view> sources(rules::field_sources.begin(), rules::field_sources.end());
    if (const auto near = nearest(name, sources)) return fmt::format("did you mean '{}'?", *near);
    return fmt::format("valid are: email, questions_and_answers, {}", fmt::join(rules::field_sources, ", "));
}

rules::FieldMapping::Pairs read_questions(const Section& section) {
    rules::FieldMapping::Pairs pairs;
    for (const auto& question : section.keys()) {
        if (const auto mistake = rules::mistake_in_question_key(question); !mistake.empty())
            section.fail(question, mistake);
        pairs.emplace_back(question, section.parsed(question, "", parse_attribute_name));
    }
    return pairs;
}

// E-mail is how Brevo knows the contact, never an attribute.
void check_email_mapping(const Section& section) {
    const auto target = section.text("email", "email");
    if (target != "email" && target != "EMAIL")
        section.fail("email", "the invitee's e-mail always becomes the contact's: write 'email: email'");
}

rules::FieldMapping read_field_mapping(const Section& section) {
    rules::FieldMapping mapping;
    for (const auto& key : section.keys()) {
        if (key == "email") {
            check_email_mapping(section);
        } else if (key == "questions_and_answers") {
            mapping.questions_and_answers = read_questions(section.section(key));
        } else if (std::find(rules::field_sources.begin(), rules::field_sources.end(), key) ==
                   rules::field_sources.end()) {
            section.fail(key, "unknown source; " + nearest_source(key));
        } else {
            mapping.fields.emplace_back(key, section.parsed(key, "", parse_attribute_name));
        }
    }
    return mapping;
}

std::vector<rules::EventMapping> read_event_mapping(const Section& section) {
    std::vector<rules::EventMapping> mappings;
    for (const auto& name : section.keys()) {
        const auto mapping = section.section(name);
        mapping.allow({"event_type_uri", "list_id"});
        auto uri = mapping.required_text("event_type_uri");
        if (uri.find("/event_types/") == uri.npos)
            mapping.fail("event_type_uri",
                         "expected the URI of Calendly's API, .../event_types/..., not a booking page");
        mappings.push_back({name, std::move(uri), mapping.positive("list_id")});
    }
    return mappings;
}

rules::Sync read_sync(const Section& section) {
    section.allow({"contacts", "events", "cancellations", "no_shows"});
    return {section.boolean("contacts", true), section.boolean("events", true),
            section.boolean("cancellations", true), section.boolean("no_shows", true)};
}

Webhook read_webhook(const Section& section) {
    section.allow({"signing_key", "url", "scope"});
    Webhook webhook{section.text("signing_key", ""), section.text("url", ""),
                    section.text("scope", "organization")};
    if (webhook.scope != "organization" && webhook.scope != "user" && webhook.scope != "group")
        section.fail("scope", "expected organization, user or group");
    return webhook;
}

// A value of the connector's own section, else of the one for all, else the default.
template <typename Parse>
auto either(const Section& own, const Section& shared, std::string_view key, std::string_view otherwise,
            Parse parse) {
    return own.has(key) ? own.parsed(key, otherwise, parse) : shared.parsed(key, otherwise, parse);
}

std::string as_ca_file(const std::string& path) {
    net::make_client_context(path);
    return path;
}

Calendly read_calendly(const Section& own, const Section& shared) {
    own.allow({"api_url", "auth_url", "rate_limit", "ca_file"});
    return {either(own, shared, "api_url", "https://api.calendly.com", http::parse_url),
            either(own, shared, "auth_url", "https://auth.calendly.com", http::parse_url),
            either(own, shared, "rate_limit", "500/min", parse_rate),
            either(own, shared, "ca_file", "", as_ca_file)};
}

std::string read_api_key(const Section& own, const Section& shared, const Environment& environment) {
    const auto& section = own.has("api_key") ? own : shared;
    if (section.has("api_key")) return section.required_text("api_key");
    const auto value = environment("BREVO_API_KEY");
    if (!value || value->empty())
        section.fail_here("no api_key, and the environment variable BREVO_API_KEY is not set");
    return *value;
}

Brevo read_brevo(const Section& own, const Section& shared, const Environment& environment) {
    own.allow({"api_url", "api_key", "rate_limit", "ca_file", "create_attributes"});
    const auto& creating = own.has("create_attributes") ? own : shared;
    return {either(own, shared, "api_url", "https://api.brevo.com/v3", http::parse_url),
            read_api_key(own, shared, environment), either(own, shared, "rate_limit", "10/s", parse_rate),
            either(own, shared, "ca_file", "", as_ca_file), creating.boolean("create_attributes", false)};
}

std::string read_access_token(const Section& section) {
    if (section.has("oauth")) section.fail("oauth", "OAuth is not supported yet; use access_token");
    return section.required_text("access_token");
}

const rules::NumberingPlan* read_default_country(const Section& section,
                                                 const rules::NumberingPlan* otherwise) {
    if (!section.has("default_country")) return otherwise;
    return section.parsed("default_country", "",
                          [](std::string_view country) { return &rules::numbering_plan_of(country); });
}

void read_behaviour(const Section& section, Connector& connector) {
    const auto cancellation = section.section("cancellation");
    cancellation.allow({"list_id", "leave_lists"});
    connector.mapping.cancellation = {cancellation.positive("list_id"),
                                      cancellation.boolean("leave_lists", false)};
    const auto no_show = section.section("no_show");
    no_show.allow({"list_id"});
    connector.mapping.no_show = {no_show.positive("list_id")};
    connector.mapping.follow_links = section.parsed("follow_links", "always", parse_follow_links);
    connector.debug = section.boolean("debug", false);
    connector.log_level = section.parsed("log_level", "info", parse_log_level);
    connector.log_webhooks = section.boolean("log_webhooks", false);
    connector.retention = section.parsed("retention", "400d", parse_retention);
}

Connector read_connector(const std::string& name, const Section& section, const Common& common,
                         const Environment& environment) {
    section.allow({"enabled", "access_token", "oauth", "sync", "event_mapping", "field_mapping",
                   "default_country", "webhook", "cancellation", "no_show", "follow_links", "debug",
                   "log_level", "log_webhooks", "retention", "calendly", "brevo"});
    if (!shared::is_connector_name(name)) section.fail_here("a connector's name is 1 to 64 of: a-z 0-9 _ -");
    Connector connector;
    connector.name = name;
    connector.enabled = section.boolean("enabled", true);
    if (!connector.enabled) return connector;
    connector.access_token = read_access_token(section);
    connector.mapping.sync = read_sync(section.section("sync"));
    connector.mapping.event_mapping = read_event_mapping(section.section("event_mapping"));
    connector.mapping.field_mapping = read_field_mapping(
        section.has("field_mapping") ? section.section("field_mapping") : common.field_mapping);
    connector.mapping.default_country = read_default_country(section, common.default_country);
    connector.webhook = read_webhook(section.section("webhook"));
    read_behaviour(section, connector);
    connector.calendly = read_calendly(section.section("calendly"), common.calendly);
    connector.brevo = read_brevo(section.section("brevo"), common.brevo, environment);
    return connector;
}

std::vector<Connector> read_connectors(const Section& root, const Environment& environment) {
    const Common common{root.section("field_mapping"), read_default_country(root, nullptr),
                        root.section("calendly"), root.section("brevo")};
    const auto section = root.section("connectors");
    std::vector<Connector> connectors;
    for (const auto& name : section.keys())
        connectors.push_back(read_connector(name, section.section(name), common, environment));
    if (connectors.empty()) root.fail("connectors", "at least one connector is needed");
    return connectors;
}

Admin read_admin(const Section& section) {
    section.allow({"listen", "token"});
    return {section.parsed("listen", "127.0.0.1:8719", parse_listen), section.text("token", "")};
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    if (!file.is_open() || file.bad())
        throw Error(path, 0, std::string("cannot be read: ") + std::strerror(errno));
    return text;
}

YAML::Node parse_yaml(const std::string& yaml, const std::string& name) {
    try {
        return YAML::Load(yaml);
    } catch (const YAML::Exception& error) {
        throw Error(name, error.mark.line + 1, "not YAML: " + error.msg);
    }
}

}  // namespace

Configuration parse(const std::string& yaml, const std::string& name, const Environment& environment) {
    const Source source{name, environment};
    const Section root(source, parse_yaml(yaml, name), "");
    root.allow({"connectors", "field_mapping", "default_country", "redis", "calendly", "brevo", "admin"});
    // The sections for all connectors are checked even where every connector overrides them.
    root.section("calendly").allow({"api_url", "auth_url", "rate_limit", "ca_file"});
    root.section("brevo").allow({"api_url", "api_key", "rate_limit", "ca_file", "create_attributes"});
    Configuration configuration;
    configuration.connectors = read_connectors(root, environment);
    configuration.redis = read_redis(root.section("redis"));
    configuration.admin = read_admin(root.section("admin"));
    return configuration;
}

Configuration load(const std::string& path, const Environment& environment) {
    return parse(read_file(path), path, environment);
}

}  // namespace config
