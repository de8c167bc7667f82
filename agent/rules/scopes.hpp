// Which of Calendly's scopes a token needs. https://developer.calendly.com/scopes
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rules {

using Scopes = std::vector<std::string>;

// Of a text with blanks between them.
Scopes split_scopes(std::string_view text);

// For what is configured: to know who we are, to follow links, to tell event types apart, and, where a
// subscription is kept, for that and for what it tells of (`events`); where visitors book, for what that takes.
// In alphabetical order.
Scopes needed_scopes(bool keeps_subscription, const std::vector<std::string>& events,
                     bool has_visitors = false);

// Those of `needed` that are not granted. The right to write includes that to read.
Scopes missing_scopes(const Scopes& granted, const Scopes& needed);

}  // namespace rules
