#include "bench/agent/memory.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "bench/agent/site.hpp"
#include "bench/common/process_memory.hpp"
#include "bench/common/progress.hpp"

namespace bench {
namespace {

constexpr std::size_t sample_count = 40;
constexpr std::uint64_t bytes_an_entry = 1600;  // in Redis' stream
constexpr std::uint64_t bytes_a_person = 2500;  // remembered in Redis afterwards
constexpr std::chrono::milliseconds look_again{20};

class Sampling {
public:
    Sampling(Site& site, MemoryFigures& figures, std::uint64_t bookings)
        : site_(site), figures_(figures), step_(std::max<std::uint64_t>(bookings / sample_count, 1)) {}

    // Until `count` of the `added` bookings are worked off.
    void follow(std::uint64_t added, std::uint64_t count) {
        for (std::uint64_t done = 0; done < count;) {
            const auto now = std::min(step_, count - done);
            done += now;
            wait_for_length(added - done);
            figures_.bookings += now;
            figures_.samples.push_back(resident_memory(process()));
            show_progress(
                fmt::format("{} bookings, {} KB", figures_.bookings, figures_.samples.back() / 1024));
        }
    }

    pid_t process() const { return site_.agents().processes().front(); }

private:
    void wait_for_length(std::uint64_t most) {
        while (site_.stream().length() > most) {
            site_.agents().require_running();
            std::this_thread::sleep_for(look_again);
        }
    }

    Site& site_;
    MemoryFigures& figures_;
    std::uint64_t step_;
};

}  // namespace

std::size_t MemoryFigures::growth() const {
    const auto early = samples.at(samples.size() / 10);
    return samples.back() > early ? samples.back() - early : 0;
}

std::uint64_t memory_needed(const MemoryPlan& plan) {
    const auto people = std::min<std::uint64_t>(plan.bookings, plan.backlog);
    return plan.backlog * bytes_an_entry + people * bytes_a_person;
}

MemoryFigures measure_memory(const Candidate& candidate, const MemoryPlan& plan) {
    if (const auto there = available_memory(); there < memory_needed(plan))
        throw std::runtime_error(fmt::format("the part memory needs {} MB, and {} MB are free: see --backlog",
                                             memory_needed(plan) >> 20, there >> 20));
    MemoryFigures figures{.candidate = candidate.name, .backlog = plan.backlog, .samples = {}};
    Site site(candidate);
    Sampling sampling(site, figures, plan.bookings);
    while (figures.bookings < plan.bookings) {
        show_progress("adding the backlog");
        site.add_backlog(plan.backlog, {.brief = true});
        if (figures.bookings == 0) figures.redis = site.stream().memory();
        if (figures.bookings == 0) site.start();
        sampling.follow(plan.backlog, std::min(plan.bookings - figures.bookings, plan.backlog));
        if (site.stream().length() > 0) break;
        site.check();
        forget_people(site.stream());
    }
    figures.peak = peak_memory(sampling.process());
    show_progress("");
    site.agents().stop();
    return figures;
}

}  // namespace bench
