#pragma once

#include <string_view>

#include "ngx_module/ngx.hpp"
#include "ngx_module/result.hpp"

namespace edge {

// The answer that belongs to a result: the table in README.md.
ngx_int_t send_result(ngx_http_request_t& request, Result result);
ngx_int_t send_method_not_allowed(ngx_http_request_t& request, std::string_view allowed);

// `text` lives as long as the request's pool; `type` may have parameters.
ngx_int_t send_text(ngx_http_request_t& request, ngx_uint_t status, std::string_view type,
                    std::string_view text);

}  // namespace edge
