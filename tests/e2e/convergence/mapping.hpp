// What the connector of the convergence tests maps, and the little that its values need: names, lists,
// clocks.
#pragma once

#include <optional>

#include "e2e/convergence/story.hpp"

namespace convergence {

inline constexpr std::int64_t cancellation_list = 20, no_show_list = 21;

std::string type_name(const std::string& type);
std::string host_name(const std::string& type);
std::optional<std::int64_t> mapped_list(const std::string& type);  // nothing: not mapped

// 2030-05-07T09:00:00+02:00 and 2030-05-07 in the zone; UTC when there is none. Zones without summer time.
std::string local_text(Moment moment, const std::string& zone);
std::string local_day(Moment moment, const std::string& zone);

}  // namespace convergence
