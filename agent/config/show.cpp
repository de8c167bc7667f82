#include "config/show.hpp"

#include <cmath>

#include <fmt/format.h>
#include <yaml-cpp/emitter.h>
#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>

#include "config/values.hpp"

namespace config {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr auto hidden = "***";

json::value secret(const std::string& value) {
    return value.empty() ? json::value("") : json::value(hidden);
}

// In the largest unit that says it exactly.
std::string duration_text(std::chrono::milliseconds duration) {
    const auto whole = [&](std::chrono::milliseconds unit) { return duration % unit == 0ms; };
    if (whole(24h)) return fmt::format("{}d", duration / 24h);
    if (whole(1h)) return fmt::format("{}h", duration / 1h);
    if (whole(1min)) return fmt::format("{}m", duration / 1min);
    return fmt::format("{}s", duration / 1s);
}

std::string interval_text(const std::optional<std::chrono::milliseconds>& interval) {
    return interval ? duration_text(*interval) : "off";
}

std::string rate_text(const api::RateLimit& rate) {
    if (rate.requests == 0) return "none";
    const auto* unit = rate.period == 1s ? "s" : rate.period == 60s ? "min" : "h";
    return fmt::format("{:.0f}/{}", rate.requests, unit);
}

std::string share_text(double share) {
    return fmt::format("{:.0f}%", std::round(share * 100));
}

std::string url_text(const http::Url& url) {
    return url.origin() + url.base_path;
}

std::string listen_text(const ListenAddress& listen) {
    return listen.ip.find(':') == std::string::npos ? fmt::format("{}:{}", listen.ip, listen.port)
                                                    : fmt::format("[{}]:{}", listen.ip, listen.port);
}

std::string redis_text(const shared::RedisUrl& url) {
    if (!url.socket_path.empty()) return fmt::format("{}?db={}", url.address(), url.database);
    return fmt::format("{}://{}{}{}/{}", url.tls ? "rediss" : "redis", url.user, url.user.empty() ? "" : "@",
                       url.address(), url.database);
}

json::string named(std::string_view name) {
    return json::string(name.data(), name.size());
}

// What is not set stands nowhere: there is no word for it.
void set_unless_empty(json::object& object, json::string_view name, const std::string& value) {
    if (!value.empty()) object[name] = value;
}
void set_list_id(json::object& object, const std::optional<brevo::ListId>& list) {
    if (list) object["list_id"] = *list;
}

json::object show_oauth(const OAuth& oauth) {
    json::object object{{"client_id", oauth.client_id},
                        {"redirect_uri", oauth.redirect_uri},
                        {"key_file", oauth.key_file},
                        {"store", oauth.token_file.empty() ? "redis" : "file:" + oauth.token_file}};
    if (!oauth.client_secret.empty()) object["client_secret"] = hidden;
    return object;
}

json::object show_event_mapping(const rules::Mapping& mapping) {
    json::object all;
    for (const auto& one : mapping.event_mapping) {
        json::object object{{"event_type_uri", one.event_type_uri}};
        set_list_id(object, one.list_id);
        all[one.name] = std::move(object);
    }
    return all;
}

json::object show_pairs(const rules::FieldMapping::Pairs& pairs) {
    json::object object;
    for (const auto& [from, to] : pairs) object[from] = to;
    return object;
}

json::object show_fields(const rules::FieldMapping& mapping) {
    json::object object{{"email", "email"}};
    for (const auto& [from, to] : mapping.fields) object[from] = to;
    if (!mapping.questions_and_answers.empty())
        object["questions_and_answers"] = show_pairs(mapping.questions_and_answers);
    return object;
}

void show_mapping(const rules::Mapping& mapping, json::object& to) {
    to["sync"] = {{"contacts", mapping.sync.contacts},
                  {"events", mapping.sync.events},
                  {"cancellations", mapping.sync.cancellations},
                  {"no_shows", mapping.sync.no_shows}};
    to["event_mapping"] = show_event_mapping(mapping);
    to["field_mapping"] = show_fields(mapping.field_mapping);
    if (mapping.default_country) to["default_country"] = named(mapping.default_country->country);
    json::object cancellation{{"leave_lists", mapping.cancellation.leave_lists}};
    set_list_id(cancellation, mapping.cancellation.list_id);
    to["cancellation"] = std::move(cancellation);
    json::object no_show;
    set_list_id(no_show, mapping.no_show.list_id);
    to["no_show"] = std::move(no_show);
    to["follow_links"] = named(to_string(mapping.follow_links));
}

json::object show_webhook(const Webhook& webhook) {
    json::object object;
    if (webhook.signing_key_file.empty())
        object["signing_key"] = secret(webhook.signing_key);
    else
        object["signing_key_file"] = webhook.signing_key_file;
    object["url"] = webhook.url;
    object["scope"] = webhook.scope;
    object["events"] = json::value_from(webhook.events);
    object["check_every"] = interval_text(webhook.check_every);
    object["repair"] = webhook.repair;
    return object;
}

json::object show_scheduling(const Scheduling& scheduling) {
    json::object object{{"enabled", scheduling.enabled}};
    if (!scheduling.event_types.empty()) object["event_types"] = json::value_from(scheduling.event_types);
    if (!scheduling.allow_origins.empty())
        object["allow_origins"] = json::value_from(scheduling.allow_origins);
    object["per_address"] = rate_text(scheduling.per_address);
    object["trusted_proxies"] = json::value_from(scheduling.trusted_proxies);
    object["per_email"] = scheduling.per_email;
    object["plan_bookings_per_day"] = scheduling.plan_bookings_per_day;
    object["daily_share"] = share_text(scheduling.daily_share);
    object["verify_url"] = scheduling.verify_url;
    if (!scheduling.verify_secret.empty()) object["verify_secret"] = hidden;
    return object;
}

json::object show_calendly(const Calendly& calendly) {
    json::object object{{"api_url", url_text(calendly.api_url)},
                        {"auth_url", url_text(calendly.auth_url)},
                        {"rate_limit", rate_text(calendly.rate_limit)}};
    set_unless_empty(object, "ca_file", calendly.ca_file);
    return object;
}

json::object show_brevo(const Brevo& brevo) {
    json::object object{{"api_url", url_text(brevo.api_url)},
                        {"api_key", secret(brevo.api_key)},
                        {"rate_limit", rate_text(brevo.rate_limit)},
                        {"create_attributes", brevo.create_attributes}};
    set_unless_empty(object, "ca_file", brevo.ca_file);
    return object;
}

json::object show_connector(const Connector& connector) {
    json::object object{{"enabled", connector.enabled}};
    if (!connector.enabled) return object;
    if (connector.oauth)
        object["oauth"] = show_oauth(*connector.oauth);
    else
        object["access_token"] = secret(connector.access_token);
    show_mapping(connector.mapping, object);
    object["webhook"] = show_webhook(connector.webhook);
    object["reconcile"] = {{"every", interval_text(connector.reconcile.every)},
                           {"back", duration_text(connector.reconcile.back)},
                           {"ahead", duration_text(connector.reconcile.ahead)},
                           {"share", share_text(connector.reconcile.share)}};
    object["scheduling"] = show_scheduling(connector.scheduling);
    object["timeline"] = {{"entries", connector.timeline.entries},
                          {"age", duration_text(connector.timeline.age)}};
    object["retention"] = duration_text(connector.retention);
    object["log_level"] = named(to_string(connector.log_level));
    object["log_webhooks"] = connector.log_webhooks;
    object["debug"] = connector.debug;
    object["calendly"] = show_calendly(connector.calendly);
    object["brevo"] = show_brevo(connector.brevo);
    return object;
}

json::array show_servers(const std::vector<shared::RedisUrl>& servers, bool are_sentinels) {
    json::array array;
    for (const auto& server : servers)
        array.push_back(json::value_from(are_sentinels ? server.address() : redis_text(server)));
    return array;
}

json::object show_redis(const Redis& redis) {
    json::object object;
    if (redis.sentinels.empty()) {
        if (redis.urls.size() == 1)
            object["url"] = redis_text(redis.urls.front());
        else
            object["urls"] = show_servers(redis.urls, false);
    } else {
        object["sentinels"] = show_servers(redis.sentinels, true);
        object["master"] = redis.master;
        set_unless_empty(object, "user", redis.user);
        object["database"] = redis.database;
        object["tls"] = redis.sentinels.front().tls;
        set_unless_empty(object, "sentinel_user", redis.sentinel_user);
        if (!redis.sentinel_password.empty()) object["sentinel_password"] = hidden;
    }
    if (!redis.password.empty()) object["password"] = hidden;
    set_unless_empty(object, "ca_file", redis.tls.ca_file);
    set_unless_empty(object, "certificate", redis.tls.certificate);
    set_unless_empty(object, "certificate_key", redis.tls.certificate_key);
    return object;
}

json::object show_admin(const Admin& admin) {
    json::object object{{"listen", listen_text(admin.listen)}};
    if (!admin.token.empty()) object["token"] = hidden;
    set_unless_empty(object, "public_url", admin.public_url);
    if (!admin.hosts.empty()) object["hosts"] = json::value_from(admin.hosts);
    return object;
}

// Texts in quotation marks: "off" and "10/s" stay texts then.
void emit(const json::value& value, YAML::Emitter& to) {
    if (const auto* object = value.if_object()) {
        if (object->empty()) to << YAML::Flow;
        to << YAML::BeginMap;
        for (const auto& [name, member] : *object) {
            to << YAML::Key << YAML::DoubleQuoted << std::string(name.data(), name.size()) << YAML::Value;
            emit(member, to);
        }
        to << YAML::EndMap;
    } else if (const auto* array = value.if_array()) {
        to << YAML::Flow << YAML::BeginSeq;
        for (const auto& item : *array) emit(item, to);
        to << YAML::EndSeq;
    } else if (const auto* text = value.if_string()) {
        to << YAML::DoubleQuoted << std::string(text->data(), text->size());
    } else if (value.is_bool()) {
        to << value.get_bool();
    } else {
        to << value.to_number<std::int64_t>();
    }
}

}  // namespace

json::object show(const Configuration& configuration) {
    json::object connectors;
    for (const auto& connector : configuration.connectors)
        connectors[connector.name] = show_connector(connector);
    return {{"connectors", std::move(connectors)},
            {"redis", show_redis(configuration.redis)},
            {"admin", show_admin(configuration.admin)}};
}

std::string show_yaml(const Configuration& configuration) {
    YAML::Emitter yaml;
    emit(show(configuration), yaml);
    return std::string(yaml.c_str()) + "\n";
}

}  // namespace config
