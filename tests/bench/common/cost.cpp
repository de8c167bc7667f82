#include "bench/common/cost.hpp"

#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

#include <sched.h>
#include <unistd.h>
#include <ctime>

#include "e2e/harness/folder.hpp"
#include "e2e/harness/wait.hpp"

namespace bench {
namespace {

namespace fs = std::filesystem;

// https://docs.kernel.org/scheduler/sched-stats.html: the first number is the time on the CPU in ns.
std::int64_t cpu_nanoseconds(const fs::path& thread) {
    std::istringstream text(harness::read_file(thread / "schedstat"));
    std::int64_t nanoseconds = 0;
    if (!(text >> nanoseconds)) throw std::runtime_error("no CPU time in " + (thread / "schedstat").string());
    return nanoseconds;
}

std::uint64_t context_switches(const fs::path& thread) {
    std::istringstream lines(harness::read_file(thread / "status"));
    std::uint64_t sum = 0, count = 0;
    for (std::string name; lines >> name;)
        if (name.ends_with("voluntary_ctxt_switches:") && lines >> count) sum += count;
    return sum;
}

// Field 15 of /proc/<pid>/stat; the name in field 2 may have blanks, but no ')' follows it.
std::chrono::nanoseconds system_time(pid_t process) {
    const std::string text = harness::read_file("/proc/" + std::to_string(process) + "/stat");
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    std::string skipped;
    for (int field = 3; field < 15; ++field) fields >> skipped;
    std::int64_t ticks = 0;
    if (!(fields >> ticks)) throw std::runtime_error("no process " + std::to_string(process));
    return std::chrono::nanoseconds(ticks * (1'000'000'000 / ::sysconf(_SC_CLK_TCK)));
}

}  // namespace

Cost cost_of(pid_t process) {
    Cost cost;
    for (const auto& thread : fs::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
        cost.cpu += std::chrono::nanoseconds(cpu_nanoseconds(thread.path()));
        cost.context_switches += context_switches(thread.path());
    }
    cost.system = system_time(process);
    return cost;
}

Cost operator-(const Cost& after, const Cost& before) {
    return {.cpu = after.cpu - before.cpu,
            .system = after.system - before.system,
            .context_switches = after.context_switches - before.context_switches};
}

Cost& operator+=(Cost& sum, const Cost& cost) {
    sum.cpu += cost.cpu;
    sum.system += cost.system;
    sum.context_switches += cost.context_switches;
    return sum;
}

double microseconds(std::chrono::nanoseconds duration) {
    return std::chrono::duration<double, std::micro>(duration).count();
}

std::chrono::nanoseconds cpu_of(pthread_t thread) {
    clockid_t clock{};
    timespec now{};
    if (::pthread_getcpuclockid(thread, &clock) != 0 || ::clock_gettime(clock, &now) != 0)
        throw std::runtime_error("no CPU time of a thread");
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

void stay_on_core(unsigned core) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    if (::sched_setaffinity(0, sizeof cores, &cores) != 0)
        throw std::runtime_error("cannot run on core " + std::to_string(core) +
                                 ": the benchmark needs two cores");
}

void wait_until_idle(pid_t process) {
    auto last = cost_of(process).cpu;
    harness::wait_until(
        [&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            const auto before = last;
            last = cost_of(process).cpu;
            return last == before;
        },
        "process " + std::to_string(process) + " should become idle");
}

}  // namespace bench
