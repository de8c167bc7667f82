#pragma once

#include <cstddef>
#include <string_view>

#include "ngx_module/ngx.hpp"

namespace edge {

struct FoundHeader {
    std::size_t count = 0;   // how often the header stands in the request
    std::string_view value;  // of the first one
};

// `name` in lower case; in the request it may have any.
FoundHeader find_header(const ngx_http_request_t& request, std::string_view name) noexcept;

}  // namespace edge
