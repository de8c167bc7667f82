#include "ngx_module/configuration.hpp"

#include <algorithm>
#include <new>

#include "ngx_module/catch_exceptions.hpp"
#include "ngx_module/configuration_error.hpp"

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

bool same(const RedisServer& a, const RedisServer& b) {
    return a.name == b.name && a.login == b.login && a.connect_timeout == b.connect_timeout;
}

void inherit(LocationConfiguration& own, const LocationConfiguration& outer) {
    // `if` and `limit_except` blocks have a configuration of their own, but serve the location's requests.
    if (own.connector.empty()) {
        own.connector = outer.connector;
        own.stream = outer.stream;
        own.place = outer.place;
    }
    if (!own.keys) own.keys = outer.keys;
    if (!own.redis_password) own.redis_password = outer.redis_password;
    if (!own.redis_url) {
        own.redis_url = outer.redis_url;
        own.redis_addresses = outer.redis_addresses;
    }
    ngx_conf_merge_sec_value(own.past_tolerance, outer.past_tolerance, default_past_tolerance);
    ngx_conf_merge_sec_value(own.future_tolerance, outer.future_tolerance, default_future_tolerance);
    ngx_conf_merge_msec_value(own.redis_connect_timeout, outer.redis_connect_timeout, 1000);
    ngx_conf_merge_msec_value(own.redis_timeout, outer.redis_timeout, 5000);
    ngx_conf_merge_value(own.redis_max_inflight, outer.redis_max_inflight, 8192);
}

RedisServer redis_server(const LocationConfiguration& location) {
    const shared::RedisUrl& url = *location.redis_url;
    return {.name = url.address() + "/" + std::to_string(url.database),
            .addresses = location.redis_addresses,
            .login = {url.user, location.redis_password.value_or(""), url.database},
            .connect_timeout = location.redis_connect_timeout};
}

// What calendly_webhook needs besides itself.
void complete(ngx_conf_t* cf, LocationConfiguration& location) {
    if (!location.keys)
        throw ConfigurationError("no signing key for it: add calendly_signing_key_file <path>");
    if (!location.redis_url) {
        location.redis_url = shared::parse_redis_url("redis://127.0.0.1:6379/0");
        location.redis_addresses = resolve(cf, *location.redis_url);
    }
    if (!location.redis_url->user.empty() && !location.redis_password)
        throw ConfigurationError("calendly_redis names a user: add calendly_redis_password_file <path>");
    auto* const main =
        static_cast<MainConfiguration*>(ngx_http_conf_get_module_main_conf(cf, ngx_http_calendly_module));
    location.redis = &main->connection_to(redis_server(location));
}

}  // namespace

RedisConnection& MainConfiguration::connection_to(const RedisServer& server) {
    const auto matches = [&](const auto& connection) { return same(connection->server(), server); };
    const auto found = std::ranges::find_if(connections, matches);
    if (found != connections.end()) return **found;
    return *connections.emplace_back(std::make_unique<RedisConnection>(server));
}

void* create_main_configuration(ngx_conf_t* cf) noexcept {
    return create<MainConfiguration>(cf);
}

void* create_location_configuration(ngx_conf_t* cf) noexcept {
    return create<LocationConfiguration>(cf);
}

char* merge_location_configuration(ngx_conf_t* cf, void* parent, void* child) noexcept {
    auto& location = *static_cast<LocationConfiguration*>(child);
    const auto merge = [&]() -> char* {
        inherit(location, *static_cast<const LocationConfiguration*>(parent));
        if (!location.connector.empty()) complete(cf, location);
        return NGX_CONF_OK;
    };
    return catch_exceptions(merge, [&](const char* what) -> char* {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "calendly_webhook: %s in %s", what, location.place.c_str());
        return static_cast<char*>(NGX_CONF_ERROR);
    });
}

std::span<ngx_addr_t> resolve(ngx_conf_t* cf, const shared::RedisUrl& url) {
    const std::string address = url.address();
    ngx_url_t parsed{};
    parsed.url.len = address.size();
    ngx_str_t text = as_ngx_str(address);
    parsed.url.data = ngx_pstrdup(cf->pool, &text);
    if (!parsed.url.data) throw std::bad_alloc();
    if (ngx_parse_url(cf->pool, &parsed) != NGX_OK)
        throw ConfigurationError(std::string(parsed.err ? parsed.err : "cannot be resolved") + ": " +
                                 address);
    return {parsed.addrs, parsed.naddrs};
}

MainConfiguration* main_configuration(ngx_cycle_t* cycle) noexcept {
    return static_cast<MainConfiguration*>(
        ngx_http_cycle_get_module_main_conf(cycle, ngx_http_calendly_module));
}

const LocationConfiguration& location_configuration(const ngx_http_request_t& request) noexcept {
    return *static_cast<const LocationConfiguration*>(
        ngx_http_get_module_loc_conf(&request, ngx_http_calendly_module));
}

char* refuse(ngx_conf_t* cf, std::string_view directive, std::string_view what) noexcept {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, const_cast<char*>("%*s: %*s"), directive.size(),
                       directive.data(), what.size(), what.data());
    return static_cast<char*>(NGX_CONF_ERROR);
}

}  // namespace edge
