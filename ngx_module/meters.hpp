// What a worker measures while it works, for calendly_metrics. No I/O.
#pragma once

#include "ngx_module/metrics_zone.hpp"

namespace edge {

// This worker's slot of the shared memory; numbers that nobody sees until there is one.
WorkerGauges& worker_gauges() noexcept;
void set_worker_gauges(WorkerGauges& gauges) noexcept;

// One connection's part in calendly_edge_redis_up. Up at first: a connection that is being made is not down.
class LinkMeter {
public:
    LinkMeter() = default;
    LinkMeter(const LinkMeter&) = delete;
    LinkMeter& operator=(const LinkMeter&) = delete;
    ~LinkMeter() { set_down(false); }

    void set_down(bool down) noexcept;

private:
    bool down_ = false;
};

}  // namespace edge
