#pragma once

#include "ngx_module/ngx.hpp"

namespace edge {

// nginx's content handler of a location with calendly_metrics: the numbers of all workers.
ngx_int_t handle_metrics(ngx_http_request_t* request) noexcept;

}  // namespace edge
