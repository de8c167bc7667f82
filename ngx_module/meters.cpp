#include "ngx_module/meters.hpp"

#include <utility>

namespace edge {
namespace {

WorkerGauges unseen_gauges;
WorkerGauges* own_gauges = &unseen_gauges;

}  // namespace

WorkerGauges& worker_gauges() noexcept {
    return *own_gauges;
}

void set_worker_gauges(WorkerGauges& gauges) noexcept {
    own_gauges = &gauges;
}

void LinkMeter::set_down(bool down) noexcept {
    if (std::exchange(down_, down) != down) worker_gauges().redis_down.add(down ? 1 : -1);
}

}  // namespace edge
