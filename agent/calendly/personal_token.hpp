// What a personal access token says of itself: it is a JWT, whose signature only Calendly can check.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace calendly {

struct PersonalToken {
    std::string user;                                // its id; "": it does not say
    std::optional<std::vector<std::string>> scopes;  // nothing: it does not say
    std::optional<std::chrono::system_clock::time_point> expires;
};

// The account of a user: Calendly's limits are a user's, who may have several tokens and logins.
inline std::string account_of(std::string_view user_id) {
    return "user " + std::string(user_id);
}

// Of any text: a token that is no JWT says nothing.
PersonalToken read_personal_token(std::string_view token);

}  // namespace calendly
