// The agent's configuration: the YAML of the README, read, checked and with every default filled in.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/rate_limit.hpp"
#include "config/admin.hpp"
#include "config/redis.hpp"
#include "http/url.hpp"
#include "rules/mapping.hpp"

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

struct Configuration {
    std::vector<Connector> connectors;
    Redis redis;
    Admin admin;
    std::vector<std::string> warnings;  // what works and should not stay so, a line each
};

}  // namespace config
