#include "sandbox/clock.hpp"

#include <sstream>

#include <date/date.h>
#include <fmt/format.h>

namespace sandbox {
namespace {

std::optional<Instant> parse_as(const char* format, std::string_view text) {
    std::istringstream in{std::string(text)};
    Instant instant;
    date::from_stream(in, format, instant);  // date::parse is ambiguous where std::chrono can parse as well
    if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
    return instant;
}

}  // namespace

Instant now() {
    return std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now());
}

std::string to_text(Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(instant - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count(),
                       time.subseconds().count());
}

std::optional<Instant> parse_instant(std::string_view text) {
    const auto utc = parse_as("%FT%TZ", text);
    return utc ? utc : parse_as("%FT%T%Ez", text);
}

}  // namespace sandbox
