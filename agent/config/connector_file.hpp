// connector.yaml as `setup` writes it: what load() reads, with a newcomer's comments.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/mapping.hpp"

namespace config {

struct ConnectorFile {
    struct Type {
        std::string title;  // the event type's name at Calendly
        std::string name;   // its key in event_mapping
        std::string uri;
        std::string list;  // the list's number; "": none
    };

    std::string access_token;  // both as references: "${file:/etc/calendly-brevo/brevo_api_key}"
    std::string api_key;
    std::vector<Type> types;
    rules::FieldMapping fields;
    std::string url;  // the public one
    std::string scope;
    std::string signing_key_file;
    std::string redis_url;
    std::string admin_listen;
    std::string calendly_api_url, calendly_auth_url, brevo_api_url;  // "": the usual ones
};

inline constexpr auto setup_connector = "calendly";  // the connector's name in it

std::string render(const ConnectorFile& file);

// What belongs into nginx's server { ... } for it.
std::string render_location(const ConnectorFile& file);

}  // namespace config
