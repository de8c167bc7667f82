// What was and what is to be, side by side for people.
#pragma once

#include <string>
#include <string_view>

namespace text {

// In the unified format with three lines of context, "" when both are equal. The names stand in its head.
std::string unified_diff(std::string_view before, std::string_view after, std::string_view name_before,
                         std::string_view name_after);

}  // namespace text
