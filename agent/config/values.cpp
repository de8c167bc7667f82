#include "config/values.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <stdexcept>

#include <fmt/ranges.h>
#include <boost/asio/ip/address.hpp>

#include "config/shown.hpp"
#include "http/server.hpp"
#include "http/url.hpp"
#include "net/tls.hpp"
#include "text/names.hpp"
#include "text/text.hpp"

namespace config {
namespace {

using namespace std::chrono_literals;

// A whole number at the front of `text`, which it is taken off.
long take_number(std::string_view& text, const char* expected) {
    long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 1) throw std::invalid_argument(expected);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

constexpr std::array log_levels = {text::Named{LogLevel::error, "error"},
                                   text::Named{LogLevel::warning, "warning"},
                                   text::Named{LogLevel::info, "info"}, text::Named{LogLevel::debug, "debug"},
                                   text::Named{LogLevel::verbose, "verbose"}};
constexpr std::array links_to_follow = {text::Named{rules::FollowLinks::always, "always"},
                                        text::Named{rules::FollowLinks::missing, "missing"}};

template <typename Value, std::size_t count>
Value one_of(std::string_view typed, const std::array<text::Named<Value>, count>& names) {
    if (const auto value = text::named(typed, names)) return *value;
    std::string valid;
    for (const auto& one : names) valid.append(valid.empty() ? "" : ", ").append(one.name);
    throw std::invalid_argument("expected one of: " + valid);
}

}  // namespace

api::RateLimit parse_rate(std::string_view text) {
    constexpr auto expected = "expected a rate like 10/s, 500/min or 6000/h, or none";
    if (text == "none") return {};
    const auto number = take_number(text, expected);
    if (text == "/s") return {static_cast<double>(number), 1s};
    if (text == "/min") return {static_cast<double>(number), 60s};
    if (text == "/h") return {static_cast<double>(number), 3600s};
    throw std::invalid_argument(expected);
}

std::chrono::hours parse_retention(std::string_view text) {
    constexpr auto expected = "expected a duration like 400d or 48h";
    const auto number = take_number(text, expected);
    if (text == "d") return std::chrono::hours(24 * number);
    if (text == "h") return std::chrono::hours(number);
    throw std::invalid_argument(expected);
}

std::chrono::milliseconds parse_duration(std::string_view text) {
    constexpr auto expected = "expected a duration like 30s, 5m, 2h or 14d, at least 1s";
    constexpr long longest = 100L * 366 * 24 * 3600;  // seconds; more than anybody plans ahead
    const auto number = take_number(text, expected);
    const long unit = text == "s" ? 1 : text == "m" ? 60 : text == "h" ? 3600 : text == "d" ? 24 * 3600 : 0;
    if (unit == 0) throw std::invalid_argument(expected);
    if (number > longest / unit) throw std::invalid_argument("expected a duration of at most 100 years");
    return std::chrono::seconds(number * unit);
}

std::optional<std::chrono::milliseconds> parse_interval(std::string_view text) {
    if (text == "off") return std::nullopt;
    return parse_duration(text);
}

double parse_share(std::string_view text) {
    constexpr auto expected = "expected a share from 1% to 100%";
    const auto number = take_number(text, expected);
    if (text != "%" || number > 100) throw std::invalid_argument(expected);
    return static_cast<double>(number) / 100;
}

std::string parse_event_name(std::string_view text) {
    constexpr std::array names = {"invitee.created",
                                  "invitee.canceled",
                                  "invitee_no_show.created",
                                  "invitee_no_show.deleted",
                                  "routing_form_submission.created",
                                  "event_type.created",
                                  "event_type.updated",
                                  "event_type.deleted"};
    for (const std::string_view name : names)
        if (name == text) return std::string(name);
    throw std::invalid_argument(fmt::format("expected names of: {}", fmt::join(names, ", ")));
}

ListenAddress parse_listen(std::string_view text) {
    const auto endpoint = http::parse_listen_address(text);
    if (!endpoint)
        throw std::invalid_argument(
            "expected ADDRESS:PORT, for example 127.0.0.1:8719; names are not looked up");
    return {endpoint->address().to_string(), endpoint->port()};
}

std::string parse_public_url(std::string_view text) {
    const auto url = http::parse_url(text::lower_case(text));
    if (!url.base_path.empty())
        throw std::invalid_argument(
            "expected an address without a path, for example https://ops.example.com");
    return url.origin();
}

std::string parse_host_name(std::string_view text) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
    const auto name = text::lower_case(text);
    if (name.empty() || name.find_first_not_of(allowed) != name.npos)
        throw std::invalid_argument("expected the name of a host, without a port: ops.example.com");
    return name;
}

bool ListenAddress::is_loopback() const {
    const auto address = boost::asio::ip::make_address(ip);
    if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.is_loopback();
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).is_loopback();
}

LogLevel parse_log_level(std::string_view text) {
    return one_of(text, log_levels);
}

std::string_view to_string(LogLevel level) noexcept {
    return text::name_of(level, log_levels);
}

rules::FollowLinks parse_follow_links(std::string_view text) {
    return one_of(text, links_to_follow);
}

std::string_view to_string(rules::FollowLinks links) noexcept {
    return text::name_of(links, links_to_follow);
}

// The system's authorities are always there; reading them takes long.
std::string parse_ca_file(std::string_view path) {
    std::string file(path);
    if (file.empty()) return file;
    try {
        net::make_client_context(file);
    } catch (const std::invalid_argument&) {
        if (is_plain_path(path)) throw;
        throw std::invalid_argument("no certificates can be read from the file " + shown_path(path));
    }
    return file;
}

std::string parse_attribute_name(std::string_view text) {
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    if (text.empty() || text.find_first_not_of(allowed) != text.npos)
        throw std::invalid_argument("expected the name of a Brevo attribute: capital letters, digits and _");
    if (text == "EMAIL") throw std::invalid_argument("EMAIL is the contact's address and cannot be mapped");
    return std::string(text);
}

}  // namespace config
