#include "web/sessions.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "text/base64url.hpp"
#include "text/seal.hpp"
#include "text/text.hpp"

namespace web {
namespace {

constexpr std::size_t id_size = 32;

}  // namespace

std::string Sessions::begin(Time now) {
    std::erase_if(last_used_, [&](const auto& entry) { return now - entry.second > lasts; });
    if (last_used_.size() >= most)
        last_used_.erase(
            std::ranges::min_element(last_used_, {}, [](const auto& entry) { return entry.second; }));
    auto id = text::hex(text::random_bytes(id_size));
    last_used_.emplace(id, now);
    return id;
}

bool Sessions::touch(std::string_view id, Time now) {
    if (!lasts_still(id, now)) return false;
    last_used_.find(id)->second = now;
    return true;
}

bool Sessions::lasts_still(std::string_view id, Time now) const {
    const auto found = last_used_.find(id);
    return found != last_used_.end() && now - found->second <= lasts;
}

void Sessions::end(std::string_view id) {
    const auto found = last_used_.find(id);
    if (found != last_used_.end()) last_used_.erase(found);
}

std::optional<std::string> session_in(const http::Request& request) {
    const auto field = request[http::Field::cookie];
    std::string_view rest(field.data(), field.size());
    while (!rest.empty()) {
        const auto end = std::min(rest.find(';'), rest.size());
        const auto pair = text::trim(rest.substr(0, end));
        const auto equals = pair.find('=');
        if (equals != pair.npos && pair.substr(0, equals) == session_cookie)
            return std::string(pair.substr(equals + 1));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::nullopt;
}

std::string cookie_of(std::string_view id, bool is_secure) {
    return fmt::format("{}={}; HttpOnly; SameSite=Strict; Path=/{}", session_cookie, id,
                       is_secure ? "; Secure" : "");
}

std::string no_cookie(bool is_secure) {
    return cookie_of("", is_secure) + "; Max-Age=0";
}

}  // namespace web
