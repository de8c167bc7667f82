// The memory that all workers share, in the course of nginx's life: the metrics, and which server of each
// replication set served last.
#pragma once

#include "ngx_module/ngx.hpp"

namespace edge {

// Declares the memory when the configuration has a use for it. Once nginx has made it, or kept that of the
// configuration before, MainConfiguration has its parts and every LocationConfiguration with a connector its
// `metrics`.
ngx_int_t add_shared_zone(ngx_conf_t* cf) noexcept;

// At the begin and the end of a worker: its slot in the metrics.
void enter_shared_zone(ngx_cycle_t* cycle) noexcept;
void leave_shared_zone(ngx_cycle_t* cycle) noexcept;

}  // namespace edge
