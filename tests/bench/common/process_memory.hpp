#pragma once

#include <cstddef>

#include <sys/types.h>

namespace bench {

// Bytes of a process that are in memory (RSS), now and at most so far.
std::size_t resident_memory(pid_t process);
std::size_t peak_memory(pid_t process);

// Bytes that the machine has for new programs.
std::size_t available_memory();

}  // namespace bench
