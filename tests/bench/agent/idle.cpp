#include "bench/agent/idle.hpp"

#include <thread>

#include "bench/agent/site.hpp"
#include "bench/common/process_memory.hpp"

namespace bench {

IdleFigures measure_idle(const Candidate& candidate, std::chrono::seconds duration) {
    Site site(candidate);
    site.start_and_warm_up();
    site.let_settle();
    const auto before = site.snapshot();
    std::this_thread::sleep_for(duration);
    const auto after = site.snapshot();
    const auto memory = resident_memory(site.agents().processes().front());
    site.agents().stop();
    const std::chrono::duration<double> cpu = (after.agents - before.agents).cpu;
    return {.percent = 100 * cpu / (after.at - before.at), .memory = memory};
}

}  // namespace bench
