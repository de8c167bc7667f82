#include "rules/local_time.hpp"

#include <stdexcept>

#include <date/date.h>
#include <date/tz.h>

namespace rules {
namespace {

const date::time_zone* find_zone(std::string_view name) {
    if (name.empty()) return nullptr;
    try {
        return date::locate_zone(std::string(name));
    } catch (const std::runtime_error&) {  // how the library says that a zone is unknown
        return nullptr;
    }
}

std::string format(const char* pattern, calendly::Timestamp time, std::string_view zone) {
    const auto* known = find_zone(zone);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return date::format(pattern, date::make_zoned(known ? known : date::locate_zone("Etc/UTC"), seconds));
}

}  // namespace

bool is_known_zone(std::string_view zone) {
    return find_zone(zone) != nullptr;
}

std::string local_date(calendly::Timestamp time, std::string_view zone) {
    return format("%F", time, zone);
}

std::string local_iso8601(calendly::Timestamp time, std::string_view zone) {
    return format("%FT%T%Ez", time, zone);
}

}  // namespace rules
