// The agent's configuration: the YAML of the README, read, checked and with every default filled in.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/rate_limit.hpp"
#include "http/url.hpp"
#include "rules/mapping.hpp"
#include "shared/redis_url.hpp"

namespace config {

enum class LogLevel { error, warning, info, debug, verbose };

struct Webhook {
    std::string signing_key;
    std::string url;
    std::string scope = "organization";
};

struct Calendly {
    http::Url api_url;
    http::Url auth_url;
    api::RateLimit rate_limit;
    std::string ca_file;  // PEM; empty: the system's authorities
};

struct Brevo {
    http::Url api_url;
    std::string api_key;
    api::RateLimit rate_limit;  // of contact calls and, separately, of events
    std::string ca_file;
    bool create_attributes = false;  // create those of the field mapping that the account lacks
};

struct Connector {
    std::string name;
    bool enabled = true;
    std::string access_token;
    rules::Mapping mapping;
    Webhook webhook;
    bool debug = false;
    LogLevel log_level = LogLevel::info;
    bool log_webhooks = false;
    std::chrono::hours retention{400 * 24};  // how long a person without news is remembered
    Calendly calendly;
    Brevo brevo;
};

// Who is trusted and who we are, on TLS.
struct RedisTls {
    std::string ca_file;                       // PEM; empty: the system's authorities
    std::string certificate, certificate_key;  // PEM; empty: none is shown
    bool operator==(const RedisTls&) const = default;
};

// One Redis or the servers of one replication set in `urls`, or the Sentinels that know the master.
struct Redis {
    std::vector<shared::RedisUrl> urls;       // empty with sentinels
    std::vector<shared::RedisUrl> sentinels;  // of these, only host, port and tls
    std::string master;                       // the name that the Sentinels know the set by
    std::string user;                         // with sentinels: what else the URL says
    unsigned database = 0;
    std::string password;  // empty: no AUTH
    std::string sentinel_user, sentinel_password;
    RedisTls tls;
    bool operator==(const Redis&) const = default;
};

// An address of this machine; names are not looked up.
struct ListenAddress {
    std::string ip;  // without the brackets of an IPv6 address
    std::uint16_t port = 0;
    bool operator==(const ListenAddress&) const = default;
};

struct Admin {
    ListenAddress listen;
    std::string token;  // empty: none is asked for
    bool operator==(const Admin&) const = default;
};

struct Configuration {
    std::vector<Connector> connectors;
    Redis redis;
    Admin admin;
};

}  // namespace config
