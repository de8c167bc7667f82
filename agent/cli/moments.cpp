#include "cli/moments.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace cli {
namespace {

constexpr std::size_t day_size = std::string_view("2026-10-13").size();

// "+02", "+0200", "z": as "+02:00", "Z".
std::string whole_zone(std::string zone) {
    if (zone.empty() || zone == "z") return "Z";
    if (zone.size() == 3) return zone + ":00";
    if (zone.size() == 5 && zone[3] != ':') return zone.insert(3, ":");
    return zone;
}

// With what is left out: minutes, seconds, and where the clock hangs.
std::string completed(const std::string& text) {
    if (text.size() <= day_size) return text + "T00:00:00Z";
    auto time = text.substr(day_size + 1);
    const auto zone_at = std::min(time.find_first_of("Zz+-"), time.size());
    auto zone = whole_zone(time.substr(zone_at));
    time.resize(zone_at);
    while (time.size() == 2 || time.size() == 5) time += ":00";
    const auto between = text[day_size] == ' ' || text[day_size] == 't' ? 'T' : text[day_size];
    return text.substr(0, day_size) + between + time + zone;
}

void check(const Span& span) {
    const auto read = [](const char* option, const std::string& text, bool is_end) {
        try {
            return parse_moment(text, is_end);
        } catch (const std::invalid_argument& error) {
            throw CLI::ValidationError(option, error.what());
        }
    };
    const auto from = span.from.empty() ? calendly::Timestamp::min() : read("--from", span.from, false);
    const auto to = span.to.empty() ? calendly::Timestamp::max() : read("--to", span.to, true);
    if (to <= from)
        throw CLI::ValidationError("--from", fmt::format("{} is not before --to {}", span.from, span.to));
}

}  // namespace

calendly::Timestamp parse_moment(const std::string& text, bool is_end) {
    const auto moment = calendly::parse_timestamp(completed(text));
    if (!moment)
        throw std::invalid_argument(
            fmt::format("'{}' is no date: write 2026-10-13 or 2026-10-13T09:00:00Z", text));
    const bool is_day = text.size() == day_size;
    return is_day && is_end ? *moment + std::chrono::days(1) - std::chrono::microseconds(1) : *moment;
}

void add_span_options(CLI::App& line, Span& span, bool is_required) {
    line.add_option("--from", span.from, "Meetings that start then or later: 2026-10-13, 2026-10-13T09:00Z")
        ->type_name("DATE")
        ->required(is_required);
    line.add_option("--to", span.to, "Meetings that start then or earlier; a day is meant to its end")
        ->type_name("DATE")
        ->required(is_required);
    line.final_callback([&span] { check(span); });
}

}  // namespace cli
