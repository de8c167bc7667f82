#pragma once

#include <span>
#include <string_view>

#include "ngx_module/ngx.hpp"

namespace edge {

// The body that nginx has read, in the order of its bytes: where nginx keeps it in memory, or a copy of its
// temp file. Valid as long as the request. Throws std::bad_alloc, or std::runtime_error when the file cannot
// be read.
std::span<const std::string_view> body_pieces(ngx_http_request_t& request);

}  // namespace edge
