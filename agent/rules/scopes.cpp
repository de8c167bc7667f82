#include "rules/scopes.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

namespace rules {
namespace {

struct Family {
    std::string_view events;  // what their names begin with
    const char* scope;        // to be told of them
};

constexpr std::array families = {
    Family{"invitee", "scheduled_events:read"}, Family{"event_type", "event_types:read"},
    Family{"routing_form", "routing_forms:read"}, Family{"contact", "contacts:read"},
    Family{"meeting_recap", "meeting_recaps:read"}};

bool is_granted(const Scopes& granted, const std::string& scope) {
    if (std::ranges::find(granted, scope) != granted.end()) return true;
    constexpr std::string_view read = ":read";
    if (!scope.ends_with(read)) return false;
    return std::ranges::find(granted, scope.substr(0, scope.size() - read.size()) + ":write") !=
           granted.end();
}

}  // namespace

Scopes split_scopes(std::string_view text) {
    Scopes scopes;
    std::istringstream words{std::string(text)};
    for (std::string word; words >> word;) scopes.push_back(word);
    return scopes;
}

Scopes needed_scopes(bool keeps_subscription, const std::vector<std::string>& events, bool has_visitors) {
    std::set<std::string> needed = {"users:read", "organizations:read", "scheduled_events:read",
                                    "event_types:read"};
    if (keeps_subscription) {
        needed.insert({"webhooks:read", "webhooks:write"});
        for (const auto& event : events)
            for (const auto& family : families)
                if (event.starts_with(family.events)) needed.insert(family.scope);
    }
    if (has_visitors) needed.insert({"availability:read", "scheduled_events:write"});
    return {needed.begin(), needed.end()};
}

Scopes missing_scopes(const Scopes& granted, const Scopes& needed) {
    Scopes missing;
    std::ranges::copy_if(needed, std::back_inserter(missing),
                         [&](const auto& scope) { return !is_granted(granted, scope); });
    return missing;
}

}  // namespace rules
