// What Calendly tells of the account itself: who we are, and who is told of what.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendly/timestamp.hpp"

namespace calendly {

struct User {
    std::string uri;
    std::string name;
    std::string email;
    std::string organization;  // URI
};

enum class Role { user, admin, owner };

std::string_view to_string(Role role) noexcept;

enum class Scope { organization, user, group };

std::string_view to_string(Scope scope) noexcept;
std::optional<Scope> parse_scope(std::string_view name) noexcept;

struct Subscription {
    std::string uri;
    std::string url;    // where deliveries go
    std::string scope;  // as Calendly names it
    std::string state;  // likewise: "active", "disabled"
    std::vector<std::string> events;
    std::string user;  // URI, of scope user
    std::optional<Timestamp> created_at;
    // When the last series of retries began; a success does not clear it.
    std::optional<Timestamp> retry_started_at;
};

struct NewSubscription {
    std::string url;
    std::vector<std::string> events;
    std::string organization;  // URI
    Scope scope = Scope::organization;
    std::string user;  // URI, for scope user
    std::string signing_key;
};

}  // namespace calendly
