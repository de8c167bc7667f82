// calendly_metrics: its answer, and the shared memory in the course of nginx's life.
#pragma once

#include "ngx_module/ngx.hpp"

namespace edge {

// nginx's content handler of a location with calendly_metrics.
ngx_int_t handle_metrics(ngx_http_request_t* request) noexcept;

// Declares the shared memory when the configuration has a use for it. Once nginx has made it, or kept that of
// the configuration before, every LocationConfiguration with a connector has its `metrics`.
ngx_int_t add_metrics_zone(ngx_conf_t* cf) noexcept;

// A worker begins, and ends.
void enter_metrics_zone(ngx_cycle_t* cycle) noexcept;
void leave_metrics_zone(ngx_cycle_t* cycle) noexcept;

}  // namespace edge
