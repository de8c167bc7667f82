// What a connector lets visitors do, as its pages and their addresses need it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/configuration.hpp"

namespace scheduling {

// The last part of an event type's URI.
std::string id_of_type(const std::string& uri);

struct Site {
    explicit Site(const config::Connector& settings);

    bool has_type(std::string_view id) const;
    // Of the event type that `event_mapping` calls so; "" when there is none that can be booked.
    std::string type_named(std::string_view name) const;

    std::string connector;
    std::vector<std::string> allow_origins;
    std::vector<std::string> types;                          // ids
    std::vector<std::pair<std::string, std::string>> names;  // of the user's own -> id
};

}  // namespace scheduling
