// The agent's configuration: the YAML of the README, read, checked and with every default filled in.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/budget_queue.hpp"
#include "api/rate_limit.hpp"
#include "config/admin.hpp"
#include "config/redis.hpp"
#include "config/scheduling.hpp"
#include "config/timeline.hpp"
#include "http/url.hpp"
#include "rules/mapping.hpp"

namespace config {

enum class LogLevel { error, warning, info, debug, verbose };

// Login instead of a personal access token.
struct OAuth {
    std::string client_id;
    std::string client_secret;  // "" of a native app
    std::string redirect_uri;
    std::string key_file;    // seals the stored tokens; made by `auth login` when it is missing
    std::string token_file;  // where the tokens are stored; "": in Redis
};

// Our subscription at Calendly.
struct Webhook {
    std::string signing_key;
    std::string signing_key_file;  // nginx's own, instead of signing_key; the last key in it is the newest
    std::string url;
    std::string scope = "organization";
    std::vector<std::string> events;
    std::optional<std::chrono::milliseconds> check_every;  // nothing: it is not watched
    bool repair = false;
};

// How the agent looks for what no webhook told of.
struct Reconcile {
    std::optional<std::chrono::milliseconds> every;  // nothing: only when it is told to
    std::chrono::milliseconds back{};                // meetings that began so long ago at most
    std::chrono::milliseconds ahead{};               // and in so long at most
    double share = api::default_history_share;       // of the rate limits, while webhooks come
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
    std::string access_token;    // "" with oauth
    std::optional<OAuth> oauth;  // instead of the token
    rules::Mapping mapping;
    Webhook webhook;
    Reconcile reconcile;
    Scheduling scheduling;
    Timeline timeline;
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
