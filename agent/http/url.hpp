// The address of an API: https://host[:port][/base/path].
#pragma once

#include <string>
#include <string_view>

namespace http {

struct Url {
    bool tls = true;
    std::string host;       // without the brackets of an IPv6 address
    std::string port;       // "443" when the URL names none
    std::string base_path;  // "" or "/v3": no slash at its end

    // scheme://host[:port], the port only when it is not the scheme's own.
    std::string origin() const;
};

// Throws std::invalid_argument with the reason: another scheme, no host, user info, a query or a fragment, or
// plain http to anything but loopback (tokens and personal data travel only encrypted).
Url parse_url(std::string_view text);

std::string percent_encode(std::string_view text);

}  // namespace http
