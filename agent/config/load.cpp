#include "config/load.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/ranges.h>

#include "config/error.hpp"
#include "config/read_calendly_side.hpp"
#include "config/read_mapping.hpp"
#include "config/read_redis.hpp"
#include "config/read_scheduling.hpp"
#include "config/section.hpp"
#include "config/values.hpp"
#include "shared/webhook_entry.hpp"

namespace config {
namespace {

// What may stand at top level for all connectors, and inside one to override it.
struct Common {
    MappingDefaults mapping;
    Section calendly;
    Section brevo;
    Section timeline;
};

const std::initializer_list<std::string_view> calendly_keys = {"api_url", "auth_url", "rate_limit",
                                                               "ca_file"};
const std::initializer_list<std::string_view> brevo_keys = {"api_url", "api_key", "rate_limit", "ca_file",
                                                            "create_attributes"};

const std::initializer_list<std::string_view> timeline_keys = {"entries", "age"};

// A value of the connector's own section, else of the one for all, else the default.
template <typename Parse>
auto either(const Section& own, const Section& shared, std::string_view key, std::string_view otherwise,
            Parse parse) {
    return own.has(key) ? own.parsed(key, otherwise, parse) : shared.parsed(key, otherwise, parse);
}

Calendly read_calendly(const Section& own, const Section& shared) {
    own.allow(calendly_keys);
    return {either(own, shared, "api_url", "https://api.calendly.com", http::parse_url),
            either(own, shared, "auth_url", "https://auth.calendly.com", http::parse_url),
            either(own, shared, "rate_limit", "500/min", parse_rate),
            either(own, shared, "ca_file", "", parse_ca_file)};
}

std::string read_api_key(const Section& own, const Section& shared, const Environment& environment) {
    const auto& section = own.has("api_key") ? own : shared;
    if (section.has("api_key")) return section.required_secret("api_key");
    const auto value = environment("BREVO_API_KEY");
    if (!value || value->empty())
        section.fail_here("no api_key, and the environment variable BREVO_API_KEY is not set");
    return *value;
}

Brevo read_brevo(const Section& own, const Section& shared, const Environment& environment) {
    own.allow(brevo_keys);
    const auto& creating = own.has("create_attributes") ? own : shared;
    return {either(own, shared, "api_url", "https://api.brevo.com/v3", http::parse_url),
            read_api_key(own, shared, environment), either(own, shared, "rate_limit", "10/s", parse_rate),
            either(own, shared, "ca_file", "", parse_ca_file), creating.boolean("create_attributes", false)};
}

Timeline read_timeline(const Section& own, const Section& shared) {
    own.allow(timeline_keys);
    Timeline timeline;
    const auto& counting = own.has("entries") ? own : shared;
    timeline.entries = counting.positive("entries").value_or(timeline.entries);
    timeline.age = either(own, shared, "age", "30d", parse_duration);
    return timeline;
}

void read_log_and_retention(const Section& section, Connector& connector) {
    connector.debug = section.boolean("debug", false);
    connector.log_level = section.parsed("log_level", "info", parse_log_level);
    connector.log_webhooks = section.boolean("log_webhooks", false);
    connector.retention = section.parsed("retention", "400d", parse_retention);
}

Connector read_connector(const std::string& name, const Section& section, const Common& common,
                         const Environment& environment) {
    section.allow({"enabled",       "access_token",    "oauth",      "sync",         "event_mapping",
                   "field_mapping", "default_country", "webhook",    "cancellation", "no_show",
                   "follow_links",  "debug",           "log_level",  "log_webhooks", "retention",
                   "timeline",      "reconcile",       "scheduling", "calendly",     "brevo"});
    if (!shared::is_connector_name(name)) section.fail_here("a connector's name is 1 to 64 of: a-z 0-9 _ -");
    Connector connector;
    connector.name = name;
    connector.enabled = section.boolean("enabled", true);
    if (!connector.enabled) return connector;
    read_account(section, connector);
    connector.mapping = read_mapping(section, common.mapping);
    connector.webhook = read_webhook(section.section("webhook"));
    connector.reconcile = read_reconcile(section.section("reconcile"));
    connector.scheduling = read_scheduling(section.section("scheduling"), connector.mapping.event_mapping);
    connector.timeline = read_timeline(section.section("timeline"), common.timeline);
    read_log_and_retention(section, connector);
    connector.calendly = read_calendly(section.section("calendly"), common.calendly);
    connector.brevo = read_brevo(section.section("brevo"), common.brevo, environment);
    return connector;
}

std::vector<Connector> read_connectors(const Section& root, const Environment& environment) {
    const Common common{read_mapping_defaults(root), root.section("calendly"), root.section("brevo"),
                        root.section("timeline")};
    const auto section = root.section("connectors");
    std::vector<Connector> connectors;
    for (const auto& name : section.keys())
        connectors.push_back(read_connector(name, section.section(name), common, environment));
    if (connectors.empty()) root.fail("connectors", "at least one connector is needed");
    return connectors;
}

Admin read_admin(const Section& section) {
    section.allow({"listen", "token", "public_url", "hosts"});
    Admin admin{section.parsed("listen", "127.0.0.1:8719", parse_listen), section.secret("token")};
    if (section.has("public_url")) admin.public_url = section.parsed("public_url", "", parse_public_url);
    if (section.has("hosts")) admin.hosts = section.parsed_list("hosts", parse_host_name);
    if (admin.token.empty() && !admin.listen.is_loopback())
        section.fail("listen",
                     "others can reach this address and no token is asked for: set admin.token, or listen on "
                     "127.0.0.1");
    return admin;
}

std::string read_file(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) throw Error(path, 0, "cannot be read: it is a directory");
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
        // What the parser says of the text follows a colon.
        throw Error(name, error.mark.line + 1, "not YAML: " + error.msg.substr(0, error.msg.find(':')));
    }
}

void warn_of_file(const UsedFile& file, std::vector<std::string>& warnings) {
    if (file.access.writable_by_others)
        warnings.push_back(
            fmt::format("the file {} can be written by everybody: chmod o-w it", file.shown_path));
    if (file.access.readable_by_others)
        warnings.push_back(fmt::format(
            "the file {} can be read by everybody: chmod o-r it, it holds a secret", file.shown_path));
}

void warn_of_secrets(const Source& source, const shared::FileAccess& access,
                     std::vector<std::string>& warnings) {
    if (source.literal_secrets.empty() || (!access.readable_by_group && !access.readable_by_others)) return;
    std::vector<std::string> places;
    for (const auto& place : source.literal_secrets)
        places.push_back(fmt::format("{} in line {}", place.key, place.line));
    warnings.push_back(fmt::format(
        "{} can be read by {} and holds secrets: {}; write ${{file:PATH}} or ${{NAME}} instead, or chmod 600 "
        "it",
        source.file, access.readable_by_others ? "everybody" : "its group", fmt::join(places, ", ")));
}

std::vector<std::string> warnings_of(const Source& source, const shared::FileAccess& own) {
    std::vector<std::string> warnings;
    if (own.writable_by_others)
        warnings.push_back(fmt::format("{} can be written by everybody: chmod o-w it", source.file));
    warn_of_secrets(source, own, warnings);
    for (const auto& file : source.used_files) warn_of_file(file, warnings);
    std::ranges::sort(warnings);
    const auto repeated = std::ranges::unique(warnings);
    warnings.erase(repeated.begin(), repeated.end());
    return warnings;
}

}  // namespace

Configuration parse(const std::string& yaml, const std::string& name, const Environment& environment) {
    const Source source{name, environment};
    const Section root(source, parse_yaml(yaml, name), "");
    root.allow({"connectors", "field_mapping", "default_country", "redis", "calendly", "brevo", "timeline",
                "admin"});
    // The sections for all connectors are checked even where every connector overrides them.
    root.section("calendly").allow(calendly_keys);
    root.section("brevo").allow(brevo_keys);
    root.section("timeline").allow(timeline_keys);
    Configuration configuration;
    configuration.connectors = read_connectors(root, environment);
    configuration.redis = read_redis(root.section("redis"));
    configuration.admin = read_admin(root.section("admin"));
    configuration.warnings = warnings_of(source, shared::access_of(name));
    return configuration;
}

Configuration load(const std::string& path, const Environment& environment) {
    return parse(read_file(path), path, environment);
}

}  // namespace config
