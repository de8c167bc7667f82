// By which name the admin API may be asked, and by whose pages.
#pragma once

#include <string>
#include <string_view>

#include "config/admin.hpp"

namespace web {

// Whether a `Host` field names this machine as the admin API is reached: the address that it listens on (any
// address, when it listens on all), a loopback name or address where loopback is listened on, the host of
// public_url, one of `hosts`. A page in somebody's browser whose own name leads here (DNS rebinding) names
// another.
bool is_own_host(std::string_view host, const config::Admin& admin);

// Whether an `Origin` field is public_url's, or that of the `host` by which we were asked, which is our own.
bool is_own_origin(std::string_view origin, std::string_view host, const config::Admin& admin);

// Those that is_own_origin() takes, for people.
std::string own_origins(std::string_view host, const config::Admin& admin);

}  // namespace web
