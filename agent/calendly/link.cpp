#include "calendly/link.hpp"

#include <array>

namespace calendly {
namespace {

constexpr std::string_view public_origin = "https://api.calendly.com";

struct Shape {
    LinkKind kind;
    std::string_view collection;
    std::string_view nested;  // "" or the collection below it
};

constexpr std::array shapes = {
    Shape{LinkKind::invitee, "/scheduled_events/", "/invitees/"},
    Shape{LinkKind::scheduled_event, "/scheduled_events/", ""},
    Shape{LinkKind::no_show, "/invitee_no_shows/", ""},
    Shape{LinkKind::event_type, "/event_types/", ""},
};

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

bool take_id(std::string_view& text) {
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const auto size = std::min(text.find_first_not_of(allowed), text.size());
    if (size == 0 || size > 64) return false;
    text.remove_prefix(size);
    return true;
}

bool matches(const Shape& shape, std::string_view path) {
    if (!take(path, shape.collection) || !take_id(path)) return false;
    if (!shape.nested.empty() && (!take(path, shape.nested) || !take_id(path))) return false;
    return path.empty();
}

}  // namespace

std::optional<Link> parse_link(std::string_view uri, std::string_view api_origin) {
    std::string_view path = uri;
    if (!take(path, public_origin) && (api_origin.empty() || !take(path, api_origin))) return std::nullopt;
    for (const auto& shape : shapes)
        if (matches(shape, path)) return Link{shape.kind, std::string(path)};
    return std::nullopt;
}

}  // namespace calendly
