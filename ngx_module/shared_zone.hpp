// The memory that all workers share, in the course of nginx's life: the metrics, and which server of each
// replication set served last.
#pragma once

#include "ngx_module/ngx.hpp"

namespace edge {

// Declares the memory when the configuration has a use for it. Once nginx has made it, or kept that of the
// configuration before, MainConfiguration has its parts; a configuration with more connectors than find room
// is refused.
ngx_int_t add_shared_zone(ngx_conf_t* cf) noexcept;

// In the master, when nothing can make it give the configuration up any more: every LocationConfiguration
// with a connector gets its `metrics`.
ngx_int_t take_numbers(ngx_cycle_t* cycle) noexcept;

// At the begin and the end of a worker: its slot in the metrics.
void enter_shared_zone(ngx_cycle_t* cycle) noexcept;
void leave_shared_zone(ngx_cycle_t* cycle) noexcept;

}  // namespace edge
