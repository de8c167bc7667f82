#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/numbering_plan.hpp"

namespace rules {

// A phone number in E.164 form ("+33612345678") from one that a person wrote: with its country code ("+33 6
// 12-34...", "0033 ..."), or, where `home` says how that is done, as it is dialled from there ("06
// 12 34..."). Nothing when it can mean no number, or more than one.
std::optional<std::string> to_e164(std::string_view text, const NumberingPlan* home = nullptr);

}  // namespace rules
