#include "config/read_scheduling.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/asio/ip/address.hpp>

#include "config/values.hpp"
#include "http/url.hpp"
#include "text/text.hpp"

namespace config {
namespace {

// A name of the mapping becomes the URI that stands there.
std::string event_type_uri(std::string_view text, const std::vector<rules::EventMapping>& event_mapping) {
    if (text.find("/event_types/") != text.npos) return std::string(text);
    std::vector<std::string_view> names;
    for (const auto& mapping : event_mapping) {
        if (mapping.name == text) return mapping.event_type_uri;
        names.push_back(mapping.name);
    }
    const auto near = nearest(text, names);
    throw std::invalid_argument(fmt::format(
        "expected names of event_mapping or URIs of Calendly's API, .../event_types/...; there is no '{}'{}",
        text, near ? fmt::format(", did you mean '{}'?", *near) : ""));
}

std::vector<std::string> read_event_types(const Section& section,
                                          const std::vector<rules::EventMapping>& event_mapping) {
    auto uris = section.parsed_list(
        "event_types", [&](std::string_view text) { return event_type_uri(text, event_mapping); });
    for (auto uri = uris.begin(); uri != uris.end(); ++uri)
        if (std::find(uris.begin(), uri, *uri) != uri)
            section.fail("event_types", "the same event type stands twice: " + *uri);
    return uris;
}

// As browsers write it in `Origin`: no path, not even a slash, and no port that is the scheme's own.
std::string parse_origin(std::string_view text) {
    constexpr auto expected =
        "expected origins like https://www.example.com: scheme and host, without a path";
    const auto lower = text::lower_case(text);
    if (lower.ends_with('/') || lower.find('*') != lower.npos) throw std::invalid_argument(expected);
    const auto url = http::parse_url(lower);
    if (!url.base_path.empty()) throw std::invalid_argument(expected);
    return url.origin();
}

std::string parse_proxy(std::string_view text) {
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string(text), error);
    if (error)
        throw std::invalid_argument("expected addresses like 127.0.0.1 or ::1; names are not looked up");
    return address.to_string();
}

// Asked as an API is: a path, but no query.
std::string parse_verify_url(std::string_view text) {
    if (!text.empty()) http::parse_url(text);
    return std::string(text);
}

}  // namespace

Scheduling read_scheduling(const Section& section, const std::vector<rules::EventMapping>& event_mapping) {
    section.allow({"enabled", "event_types", "allow_origins", "per_address", "trusted_proxies", "per_email",
                   "plan_bookings_per_day", "daily_share", "verify_url", "verify_secret"});
    Scheduling scheduling;
    scheduling.enabled = section.boolean("enabled", scheduling.enabled);
    if (section.has("event_types")) scheduling.event_types = read_event_types(section, event_mapping);
    if (scheduling.enabled && scheduling.event_types.empty())
        section.fail("event_types", "missing: without event types nothing can be booked");
    if (section.has("allow_origins"))
        scheduling.allow_origins = section.parsed_list("allow_origins", parse_origin);
    scheduling.per_address = section.parsed("per_address", "5/h", parse_rate);
    if (section.has("trusted_proxies"))
        scheduling.trusted_proxies = section.parsed_list("trusted_proxies", parse_proxy);
    scheduling.per_email = section.positive("per_email").value_or(scheduling.per_email);
    scheduling.plan_bookings_per_day =
        section.positive("plan_bookings_per_day").value_or(scheduling.plan_bookings_per_day);
    scheduling.daily_share = section.parsed("daily_share", "80%", parse_share);
    scheduling.verify_url = section.parsed("verify_url", "", parse_verify_url);
    scheduling.verify_secret = section.secret("verify_secret");
    if (!scheduling.verify_secret.empty() && scheduling.verify_url.empty())
        section.fail("verify_secret", "stands without verify_url: where is it sent?");
    return scheduling;
}

}  // namespace config
