#pragma once

#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "ngx_module/metrics/zone.hpp"
#include "ngx_module/ngx.hpp"
#include "ngx_module/redis/last_servers.hpp"
#include "ngx_module/store/webhook_store.hpp"
#include "shared/redis_url.hpp"
#include "shared/signature.hpp"

namespace edge {

// What is wrong with a directive, a URL or a file, and what to do about it. nginx's [emerg] line adds
// the place in nginx.conf. Never holds a secret. The rules in shared/ throw the same.
using ConfigurationError = std::invalid_argument;

struct LocationConfiguration;

// nginx's http {}: what its locations share.
struct MainConfiguration {
    // Locations that ask for the same Redis get the same connection.
    store::WebhookStore& store_for(ngx_conf_t* cf, redis::ReplicationSet set);
    std::vector<std::unique_ptr<store::WebhookStore>> stores;

    std::vector<LocationConfiguration*> webhooks;  // those with a connector
    bool shows_metrics = false;                    // has calendly_metrics
    metrics::Zone* metrics = nullptr;              // once nginx has made them; null when nobody needs them
    redis::LastServers* last_servers = nullptr;
    std::set<const metrics::ConnectorMetrics*> connectors;  // of `webhooks`
};

// What nginx's own setters fill in by offset.
struct LocationValues {
    ngx_str_t redis_trusted_certificate{};
    ngx_str_t redis_certificate{};
    ngx_str_t redis_certificate_key{};
    ngx_flag_t redis_verify = NGX_CONF_UNSET;
    ngx_msec_t redis_connect_timeout = NGX_CONF_UNSET_MSEC;
    ngx_msec_t redis_timeout = NGX_CONF_UNSET_MSEC;
    ngx_int_t redis_max_inflight = NGX_CONF_UNSET;
};

struct LocationConfiguration : LocationValues {
    std::string connector;                         // empty: calendly_webhook is off
    std::string stream;                            // its key in Redis
    metrics::ConnectorMetrics* metrics = nullptr;  // set with a connector, before any request

    ngx_http_handler_pt handler = nullptr;     // ours, when this location answers requests with us
    std::string_view directive;                // that says so
    std::string place;                         // of that directive, "<file>:<line>"
    const ngx_array_t* error_pages = nullptr;  // nginx's for this place, its own or inherited ones

    std::shared_ptr<std::vector<shared::SigningKey>> keys;
    time_t past_tolerance = NGX_CONF_UNSET;  // seconds
    time_t future_tolerance = NGX_CONF_UNSET;

    std::vector<shared::RedisUrl> redis_urls;  // empty: not set
    std::string redis_place;                   // of calendly_redis
    std::optional<std::string> redis_password;
    store::WebhookStore* redis = nullptr;  // set where calendly_webhook is on
};

// Created in nginx's pool and destroyed with it.
void* create_main_configuration(ngx_conf_t* cf) noexcept;
void* create_location_configuration(ngx_conf_t* cf) noexcept;
char* merge_location_configuration(ngx_conf_t* cf, void* parent, void* child) noexcept;

MainConfiguration& main_configuration(ngx_conf_t* cf) noexcept;
ngx_http_core_loc_conf_t& core_configuration(ngx_conf_t* cf) noexcept;  // of the same location
MainConfiguration* main_configuration(ngx_cycle_t* cycle) noexcept;     // null without an http {}
const LocationConfiguration& location_configuration(const ngx_http_request_t& request) noexcept;

// A path as nginx's own directives understand it, relative to nginx.conf's folder; empty for none.
std::string full_path(ngx_conf_t* cf, ngx_str_t path);

// The path in quotation marks, when it begins at the root. Any other may be a secret in the wrong place:
// words that stand for it.
std::string shown_path(ngx_str_t path);

// Returns NGX_CONF_ERROR after an [emerg] line with nginx's file and line.
char* refuse(ngx_conf_t* cf, std::string_view directive, std::string_view what) noexcept;

}  // namespace edge
