#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace syncing {

// A phone number in E.164 form ("+33612345678") from one that a person wrote with its country code ("+33 6
// 12-34...", "0033 ..."). Nothing when it has none or is no phone number.
std::optional<std::string> to_e164(std::string_view text);

}  // namespace syncing
