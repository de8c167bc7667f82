#include "ngx_module/configuration.hpp"

#include <unistd.h>
#include <algorithm>
#include <new>
#include <span>

#include "ngx_module/catch_exceptions.hpp"

namespace edge {
namespace {

constexpr time_t default_past_tolerance = 25 * 60 * 60;
constexpr time_t default_future_tolerance = 5 * 60;

template <typename Configuration>
void destroy(void* configuration) noexcept {
    static_cast<Configuration*>(configuration)->~Configuration();
}

template <typename Configuration>
Configuration* create(ngx_conf_t* cf) noexcept {
    ngx_pool_cleanup_t* const cleanup = ngx_pool_cleanup_add(cf->pool, sizeof(Configuration));
    if (!cleanup) return nullptr;
    const auto construct = [&] { return new (cleanup->data) Configuration(); };
    auto* const configuration =
        catch_exceptions(construct, [](const char*) -> Configuration* { return nullptr; });
    if (configuration) cleanup->handler = destroy<Configuration>;
    return configuration;
}

void inherit(ngx_str_t& own, const ngx_str_t& outer) {
    if (!own.data) own = outer;
}

// `if` and `limit_except` blocks have a configuration of their own, but serve the location's requests.
void take_part(LocationConfiguration& block, const LocationConfiguration& location) {
    block.connector = location.connector;
    block.stream = location.stream;
    block.handler = location.handler;
    block.directive = location.directive;
    block.place = location.place;
}

// Refuses a location whose requests nginx would give to another directive's handler.
void check_handler(ngx_http_core_loc_conf_t& core, const LocationConfiguration& location) {
    if (core.lmt_excpt && !core.handler) core.handler = location.handler;
    const bool replaced = core.handler != location.handler;
    if (replaced && !core.noname)  // inside `if` it is allowed: a part of the requests may go elsewhere
        throw ConfigurationError(
            "a directive after it answers this location's requests: give each a "
            "location of its own");
}

void inherit(LocationConfiguration& own, const LocationConfiguration& outer) {
    if (!own.keys) own.keys = outer.keys;
    if (!own.redis_password) own.redis_password = outer.redis_password;
    if (own.redis_urls.empty()) {
        own.redis_urls = outer.redis_urls;
        own.redis_place = outer.redis_place;
    }
    inherit(own.redis_trusted_certificate, outer.redis_trusted_certificate);
    inherit(own.redis_certificate, outer.redis_certificate);
    inherit(own.redis_certificate_key, outer.redis_certificate_key);
    ngx_conf_merge_value(own.redis_verify, outer.redis_verify, 1);
    ngx_conf_merge_sec_value(own.past_tolerance, outer.past_tolerance, default_past_tolerance);
    ngx_conf_merge_sec_value(own.future_tolerance, outer.future_tolerance, default_future_tolerance);
    ngx_conf_merge_msec_value(own.redis_connect_timeout, outer.redis_connect_timeout, 1000);
    ngx_conf_merge_msec_value(own.redis_timeout, outer.redis_timeout, 5000);
    ngx_conf_merge_value(own.redis_max_inflight, outer.redis_max_inflight, 8192);
}

redis::TlsOptions tls_options(ngx_conf_t* cf, const LocationConfiguration& location) {
    if ((location.redis_certificate.len == 0) != (location.redis_certificate_key.len == 0))
        throw ConfigurationError(
// nginx's own functions name a file that they cannot read, by what may be a secret.
std::string readable_file(ngx_conf_t* cf, std::string_view directive, ngx_str_t path) {
    auto file = full_path(cf, path);
    if (!file.empty() && path.data[0] != '/' && ::access(file.c_str(), R_OK) != 0)
        throw ConfigurationError(std::string(directive) + ": " + shown_path(path) + ": " +
                                 std::strerror(errno));
    return file;
}

            "calendly_redis_certificate and calendly_redis_certificate_key belong together: add the other");
    const auto file = [&](const char* directive, ngx_str_t path) {
        return readable_file(cf, directive, path);
    };
    return {
        .trusted_certificate = file("calendly_redis_trusted_certificate", location.redis_trusted_certificate),
        .certificate = file("calendly_redis_certificate", location.redis_certificate),
        .certificate_key = file("calendly_redis_certificate_key", location.redis_certificate_key),
        .verify = location.redis_verify != 0};
}

// nginx's resolver for this location; null when `resolver` is not set.
ngx_resolver_t* resolver(ngx_conf_t* cf) {
    ngx_resolver_t* const set = core_configuration(cf).resolver;
    return set && set->connections.nelts > 0 ? set : nullptr;
}

redis::ReplicationSet replication_set(ngx_conf_t* cf, const LocationConfiguration& location) {
    redis::ReplicationSet set{
        .nodes = {},
// `number`: which URL it is of those that stand there.
redis::Node make_node(ngx_conf_t* cf, const LocationConfiguration& location, std::size_t number) {
    const auto& url = location.redis_urls[number - 1];
    if (!url.user.empty() && !location.redis_password)
        throw ConfigurationError("calendly_redis names a user: add calendly_redis_password_file <path>");
    try {
        return redis::make_node(cf, url, location.redis_password.value_or(""));
    } catch (const ConfigurationError& error) {
        if (location.redis_urls.size() == 1) throw;
        throw ConfigurationError("URL " + std::to_string(number) + ": " + error.what());
    }
}

        .connect_timeout = location.redis_connect_timeout,
        .timeout = location.redis_timeout,
        .resolver = resolver(cf),
        .resolver_timeout = std::min(core_configuration(cf).resolver_timeout, location.redis_connect_timeout),
        .tls_options = tls_options(cf, location)};
    for (std::size_t number = 1; number <= location.redis_urls.size(); ++number)
        set.nodes.push_back(make_node(cf, location, number));
    return set;
}

// The directive that is named when a mistake is found only after the whole location was read.
struct Blame {
    std::string_view directive;
    std::string_view place;  // <file>:<line>
};

// Our own answers are safe from error_page; what nginx refuses before it asks us (413, 403, 429, ...) is not.
// 404 and 405, for which servers often have one, never come from there.
void warn_of_false_success(ngx_conf_t* cf, const LocationConfiguration& location) {
    const auto* const pages = core_configuration(cf).error_pages;
    if (!pages) return;
    for (const auto& page : std::span(static_cast<const ngx_http_err_page_t*>(pages->elts), pages->nelts)) {
        const bool is_success = page.overwrite >= NGX_HTTP_OK && page.overwrite < NGX_HTTP_SPECIAL_RESPONSE;
        if (!is_success || page.status == NGX_HTTP_NOT_FOUND || page.status == NGX_HTTP_NOT_ALLOWED) continue;
        ngx_log_error(
            NGX_LOG_WARN, cf->log, 0,
            "calendly_webhook: \"error_page %i =%i\" holds here, too: what nginx itself refuses would "
            "look stored to Calendly; give this location an error_page of its own, in %s",
            page.status, page.overwrite, location.place.c_str());
    }
}

// What a location with calendly_webhook needs besides: keys, and a Redis.
void complete(ngx_conf_t* cf, LocationConfiguration& location, Blame& blame) {
    if (!location.keys)
        throw ConfigurationError("no signing key for it: add calendly_signing_key_file <path>");
    if (location.redis_urls.empty())
        location.redis_urls.push_back(shared::parse_redis_url("redis://127.0.0.1:6379/0"));
    else
        blame = {"calendly_redis", location.redis_place};
    MainConfiguration& main = main_configuration(cf);
    location.redis = &main.store_for(cf, replication_set(cf, location));
    main.webhooks.push_back(&location);
    warn_of_false_success(cf, location);
}

}  // namespace

store::WebhookStore& MainConfiguration::store_for(ngx_conf_t* cf, redis::ReplicationSet set) {
    const auto matches = [&](const auto& store) { return same(store->set(), set); };
    const auto found = std::ranges::find_if(stores, matches);
    if (found != stores.end()) return **found;
    if (std::ranges::any_of(set.nodes, &redis::Node::tls)) set.tls = redis::make_tls(cf, set.tls_options);
    return *stores.emplace_back(std::make_unique<store::WebhookStore>(std::move(set)));
}

void* create_main_configuration(ngx_conf_t* cf) noexcept {
    return create<MainConfiguration>(cf);
}

void* create_location_configuration(ngx_conf_t* cf) noexcept {
    return create<LocationConfiguration>(cf);
}

char* merge_location_configuration(ngx_conf_t* cf, void* parent, void* child) noexcept {
    auto& location = *static_cast<LocationConfiguration*>(child);
    Blame blame;
    const auto merge = [&]() -> char* {
        const auto& outer = *static_cast<const LocationConfiguration*>(parent);
        auto& core = core_configuration(cf);
        if (core.noname) take_part(location, outer);
        blame = {location.directive, location.place};
        if (location.handler) check_handler(core, location);
        inherit(location, outer);
        if (!location.connector.empty()) complete(cf, location, blame);
        return NGX_CONF_OK;
    };
    return catch_exceptions(merge, [&](const char* what) -> char* {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "%*s: %s in %*s", blame.directive.size(),
                      blame.directive.data(), what, blame.place.size(), blame.place.data());
        return static_cast<char*>(NGX_CONF_ERROR);
    });
}

MainConfiguration& main_configuration(ngx_conf_t* cf) noexcept {
    return *static_cast<MainConfiguration*>(ngx_http_conf_get_module_main_conf(cf, ngx_http_calendly_module));
}

ngx_http_core_loc_conf_t& core_configuration(ngx_conf_t* cf) noexcept {
    return *static_cast<ngx_http_core_loc_conf_t*>(
        ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
}

MainConfiguration* main_configuration(ngx_cycle_t* cycle) noexcept {
    return static_cast<MainConfiguration*>(
        ngx_http_cycle_get_module_main_conf(cycle, ngx_http_calendly_module));
}

const LocationConfiguration& location_configuration(const ngx_http_request_t& request) noexcept {
    return *static_cast<const LocationConfiguration*>(
        ngx_http_get_module_loc_conf(&request, ngx_http_calendly_module));
}

std::string full_path(ngx_conf_t* cf, ngx_str_t path) {
    if (path.len == 0) return {};
    if (ngx_conf_full_name(cf->cycle, &path, 1) != NGX_OK) throw std::bad_alloc();
    return std::string(view(path));
}

char* refuse(ngx_conf_t* cf, std::string_view directive, std::string_view what) noexcept {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, const_cast<char*>("%*s: %*s"), directive.size(),
                       directive.data(), what.size(), what.data());
    return static_cast<char*>(NGX_CONF_ERROR);
}

}  // namespace edge
std::string shown_path(ngx_str_t path) {
    if (!view(path).starts_with('/'))
        return "the file that it names (a path that does not begin with / is not shown, it may be a secret)";
    return std::string("\"").append(view(path)).append("\"");
}

