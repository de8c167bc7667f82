#include "bench/agent/idle.hpp"

#include <thread>

#include "bench/agent/site.hpp"

namespace bench {

double measure_idle(const Candidate& candidate, std::chrono::seconds duration) {
    Site site(candidate);
    site.start_and_warm_up();
    std::this_thread::sleep_for(std::chrono::seconds(6));  // until connections that nobody needs are closed
    const auto before = site.snapshot();
    std::this_thread::sleep_for(duration);
    const auto after = site.snapshot();
    site.agents().stop();
    return 100 * std::chrono::duration<double>((after.agents - before.agents).cpu) / (after.at - before.at);
}

}  // namespace bench
