// URIs in deliveries and answers are input: only their identifiers are used, to build a path on the
// configured API.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace calendly {

enum class LinkKind { scheduled_event, invitee, no_show, event_type };

struct Link {
    LinkKind kind{};
    std::string path;  // "/scheduled_events/<id>/invitees/<id>": relative to the API's address
    bool operator==(const Link&) const = default;
};

// Nothing unless the URI is <origin><path of a known kind>, with <origin> https://api.calendly.com or
// `api_origin` (scheme://host[:port]), and identifiers of letters, digits, '-' and '_'.
std::optional<Link> parse_link(std::string_view uri, std::string_view api_origin);

}  // namespace calendly
