#pragma once

#include <chrono>
#include <cstddef>

namespace bench {

// How long the disk of the temporary folder takes for fdatasync() after so many bytes were appended: the
// median of many.
std::chrono::nanoseconds sync_time(std::size_t bytes);

}  // namespace bench
