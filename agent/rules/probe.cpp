#include "rules/probe.hpp"

#include <boost/json.hpp>

namespace rules {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_id = 64;

bool is_id(std::string_view text) {
    constexpr std::string_view allowed = "0123456789abcdefghijklmnopqrstuvwxyz";
    return !text.empty() && text.size() <= longest_id && text.find_first_not_of(allowed) == text.npos;
}

}  // namespace

std::string probe_body(std::string_view id, calendly::Timestamp now) {
    return json::serialize(json::object{{"event", probe_event},
                                        {"created_at", calendly::to_string(now)},
                                        {"payload", json::object{{"id", id}}}});
}

std::optional<std::string> probe_id(std::string_view body) {
    boost::system::error_code error;
    const auto value = json::parse({body.data(), body.size()}, error);
    if (error) return std::nullopt;
    const auto* id = value.find_pointer("/payload/id", error);
    if (!id || !id->is_string()) return std::nullopt;
    const std::string_view text(id->get_string().data(), id->get_string().size());
    return is_id(text) ? std::optional<std::string>(text) : std::nullopt;
}

}  // namespace rules
