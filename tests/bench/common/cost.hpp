#pragma once

#include <chrono>
#include <cstdint>

#include <pthread.h>
#include <sys/types.h>

namespace bench {

// What a process has used since it began.
struct Cost {
    std::chrono::nanoseconds cpu{};      // of all its threads, as the scheduler counts it
    std::chrono::nanoseconds system{};   // what the kernel did of that; to 10 ms
    std::uint64_t context_switches = 0;  // of all its threads, voluntary and not
};

Cost cost_of(pid_t process);
Cost operator-(const Cost& after, const Cost& before);
Cost& operator+=(Cost& sum, const Cost& cost);

double microseconds(std::chrono::nanoseconds duration);

// Likewise, of one thread of this process.
std::chrono::nanoseconds cpu_of(pthread_t thread);

// This process, and all that it starts from now on, runs on one core only.
void stay_on_core(unsigned core);

// Waits until the process has done nothing for a moment.
void wait_until_idle(pid_t process);

}  // namespace bench
