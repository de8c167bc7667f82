#pragma once

#include <string_view>

#include "ngx_module/ngx.hpp"
#include "ngx_module/result.hpp"

namespace edge {

// The table of answers.
ngx_int_t send_result(ngx_http_request_t& request, Result result);
ngx_int_t send_method_not_allowed(ngx_http_request_t& request);

}  // namespace edge
