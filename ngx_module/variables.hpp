#pragma once

#include "ngx_module/ngx.hpp"

namespace edge {

// $calendly_result, $calendly_stream_id, $calendly_key
ngx_int_t add_variables(ngx_conf_t* cf) noexcept;

}  // namespace edge
