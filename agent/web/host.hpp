// By which name the admin API may be asked.
#pragma once

#include <string_view>

#include "config/admin.hpp"

namespace web {

// Whether a `Host` field names this machine as the admin API is reached: a loopback name or address, or the
// address that it listens on (any address, when it listens on all). A page in somebody's browser whose own
// name leads here (DNS rebinding) names another.
bool is_own_host(std::string_view host, const config::ListenAddress& listen);

}  // namespace web
