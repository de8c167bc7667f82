#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace bench {

// Counts the system calls of a process' main thread, from now on. Needs root and a kernel with
// tracepoints; throws std::runtime_error without.
class SystemCallCounter {
public:
    static constexpr const char* any = "raw_syscalls/sys_enter";

    // `tracepoint` as in /sys/kernel/tracing/events.
    SystemCallCounter(pid_t process, const std::string& tracepoint);
    SystemCallCounter(const SystemCallCounter&) = delete;
    SystemCallCounter& operator=(const SystemCallCounter&) = delete;
    ~SystemCallCounter();

    std::uint64_t count() const;

private:
    int event_;
};

}  // namespace bench
