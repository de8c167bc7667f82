#include "rules/local_time.hpp"

#include <locale>
#include <sstream>
#include <utility>

#include <date/date.h>
#include <date/tz.h>

#include "rules/time_zones.hpp"

namespace rules {
namespace {

std::string format(const char* pattern, calendly::Timestamp time, std::string_view zone) {
    const auto* known = find_time_zone(zone);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto local = known ? known->to_local(seconds) : date::local_seconds(seconds.time_since_epoch());
    const auto offset = known ? known->get_info(seconds).offset : std::chrono::seconds(0);
    std::ostringstream text;
    text.imbue(std::locale::classic());
    date::to_stream(text, pattern, local, nullptr, &offset);
    return std::move(text).str();
}

}  // namespace

bool is_known_zone(std::string_view zone) {
    // Not the machine's own, which Debian keeps beside them.
    return zone != "localtime" && find_time_zone(zone) != nullptr;
}

std::string local_date(calendly::Timestamp time, std::string_view zone) {
    return format("%F", time, zone);
}

std::string local_iso8601(calendly::Timestamp time, std::string_view zone) {
    return format("%FT%T%Ez", time, zone);
}

}  // namespace rules
