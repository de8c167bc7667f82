// Names that time zones had once. Browsers and Calendly know them, while Debian 13 keeps them in a package of
// their own (tzdata-legacy), which need not be installed.
#pragma once

#include <string_view>

namespace rules {

// Also of zones that are no place's: Etc/UTC, CET.
bool is_old_zone_name(std::string_view name);

}  // namespace rules
