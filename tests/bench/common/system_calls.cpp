#include "bench/common/system_calls.hpp"

#include <cerrno>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <string>

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "e2e/harness/folder.hpp"

namespace bench {
namespace {

std::uint64_t id_of(const std::string& tracepoint) {
    for (const std::string root : {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"}) {
        std::istringstream text(harness::read_file(root + "/events/" + tracepoint + "/id"));
        if (std::uint64_t id = 0; text >> id) return id;
    }
    throw std::runtime_error("system calls cannot be counted: no tracepoints; mount tracefs, and be root");
}

}  // namespace

SystemCallCounter::SystemCallCounter(pid_t process, const std::string& tracepoint) {
    perf_event_attr attributes{};
    attributes.type = PERF_TYPE_TRACEPOINT;
    attributes.size = sizeof attributes;
    attributes.config = id_of(tracepoint);
    event_ =
        static_cast<int>(::syscall(SYS_perf_event_open, &attributes, process, -1, -1, PERF_FLAG_FD_CLOEXEC));
    if (event_ < 0)
        throw std::runtime_error(std::string("system calls cannot be counted: ") + std::strerror(errno));
}

SystemCallCounter::~SystemCallCounter() {
    ::close(event_);
}

std::uint64_t SystemCallCounter::count() const {
    std::uint64_t count = 0;
    if (::read(event_, &count, sizeof count) != sizeof count)
        throw std::runtime_error("system calls cannot be counted");
    return count;
}

}  // namespace bench
