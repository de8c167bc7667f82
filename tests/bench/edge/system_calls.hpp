#pragma once

#include <cstdint>

#include <sys/types.h>

namespace bench {

// Counts the system calls of a process with one thread, from now on. Needs root and a kernel with
// tracepoints; throws std::runtime_error without.
class SystemCallCounter {
public:
    explicit SystemCallCounter(pid_t process);
    SystemCallCounter(const SystemCallCounter&) = delete;
    SystemCallCounter& operator=(const SystemCallCounter&) = delete;
    ~SystemCallCounter();

    std::uint64_t count() const;

private:
    int event_;
};

}  // namespace bench
