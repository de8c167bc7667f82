#include "ngx_module/configuration.hpp"

#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
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

// nginx's own functions name a file that they cannot read, by what may be a secret.
std::string readable_file(ngx_conf_t* cf, std::string_view directive, ngx_str_t path) {
    auto file = full_path(cf, path);
    if (!file.empty() && path.data[0] != '/' && ::access(file.c_str(), R_OK) != 0)
        throw ConfigurationError(std::string(directive) + ": " + shown_path(path) + ": " +
                                 std::strerror(errno));
    return file;
}

redis::TlsOptions tls_options(ngx_conf_t* cf, const LocationConfiguration& location) {
    if ((location.redis_certificate.len == 0) != (location.redis_certificate_key.len == 0))
        throw ConfigurationError(
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

redis::ReplicationSet replication_set(ngx_conf_t* cf, const LocationConfiguration& location) {
    redis::ReplicationSet set{
        .nodes = {},
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

std::span<const ngx_http_err_page_t> pages_of(const ngx_http_core_loc_conf_t& core) {
    const auto* const pages = core.error_pages;
    if (!pages) return {};
    return {static_cast<const ngx_http_err_page_t*>(pages->elts), pages->nelts};
}

const ngx_http_core_loc_conf_t& server_configuration(ngx_conf_t* cf) {
    const auto& server = *static_cast<const ngx_http_core_srv_conf_t*>(
        ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module));
    return *static_cast<const ngx_http_core_loc_conf_t*>(
        server.ctx->loc_conf[ngx_http_core_module.ctx_index]);
}

// Whether the page brings a status below 300, or its own, which is most often 200. Not those that only a
// location gives, nor 404 and 405, for which servers often have such a page and which no delivery meets
// before it.
bool is_false_success(const ngx_http_err_page_t& page) {
    constexpr std::array<ngx_int_t, 5> harmless = {NGX_HTTP_UNAUTHORIZED, NGX_HTTP_NOT_FOUND,
                                                   NGX_HTTP_NOT_ALLOWED, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                                                   NGX_HTTP_TOO_MANY_REQUESTS};
    const bool is_success =
        page.overwrite == 0 || (page.overwrite >= NGX_HTTP_OK && page.overwrite < NGX_HTTP_SPECIAL_RESPONSE);
    const bool is_redirect = view(page.value.value).starts_with("http");
    return is_success && !is_redirect && std::ranges::find(harmless, page.status) == harmless.end();
}

// What nginx refuses before it has chosen a location (400, 414, 494, 501, ...) goes by the server's pages.
void warn_of_false_success(ngx_conf_t* cf, const LocationConfiguration& location) {
    for (const auto& page : pages_of(server_configuration(cf))) {
        if (!is_false_success(page)) continue;
        const auto status = page.overwrite == 0 ? std::string() : std::to_string(page.overwrite);
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "calendly_webhook: \"error_page %i =%s\" of its server: what nginx refuses before it "
                      "comes to this location would look stored to Calendly; give that page no status of its "
                      "own (\"error_page %i <page>\"), for the location in %s",
                      page.status, status.c_str(), page.status, location.place.c_str());
    }
}

// Our own answers are safe from error_page. What nginx refuses in this location before it asks us (413, 403,
// 429,
// ...) would get the status of its page, and 200 means stored: here there are no pages.
void drop_error_pages(ngx_conf_t* cf, LocationConfiguration& location, const ngx_array_t* outer_pages) {
    auto& core = core_configuration(cf);
    if (core.error_pages && core.error_pages != outer_pages)
        ngx_log_error(
            NGX_LOG_WARN, cf->log, 0,
            "calendly_webhook: error_page has no effect in its location, Calendly sees every refusal "
            "as it is; in %s",
            location.place.c_str());
    core.error_pages = nullptr;
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
    if (!core_configuration(cf).noname) warn_of_false_success(cf, location);
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
        location.error_pages = core.error_pages;
        if (location.handler) check_handler(core, location);
        inherit(location, outer);
        if (!location.connector.empty()) {
            complete(cf, location, blame);
            drop_error_pages(cf, location, outer.error_pages);
        }
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

std::string shown_path(ngx_str_t path) {
    if (!view(path).starts_with('/'))
        return "the file that it names (a path that does not begin with / is not shown, it may be a secret)";
    return std::string("\"").append(view(path)).append("\"");
}

char* refuse(ngx_conf_t* cf, std::string_view directive, std::string_view what) noexcept {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, const_cast<char*>("%*s: %*s"), directive.size(),
                       directive.data(), what.size(), what.data());
    return static_cast<char*>(NGX_CONF_ERROR);
}

}  // namespace edge
