// Who has signed in at the operators' page: in memory only, they end with the agent.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace web {

inline constexpr std::string_view session_cookie = "calendly_brevo_session";

class Sessions {
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::hours lasts{12};  // after its last call
    static constexpr std::size_t most = 1000;       // one more ends the one that was longest unused

    // The id of a new one: 32 random bytes in hex.
    std::string begin(Time now);
    // Whether it lasts; it does so for another while then.
    bool touch(std::string_view id, Time now);
    bool lasts_still(std::string_view id, Time now) const;
    void end(std::string_view id);

private:
    std::map<std::string, Time, std::less<>> last_used_;  // by id
};

// The value of our cookie; nothing when none was sent.
std::optional<std::string> session_in(const http::Request& request);

// The field's value that gives it to the browser, or takes it away.
std::string cookie_of(std::string_view id, bool is_secure);
std::string no_cookie(bool is_secure);

}  // namespace web
