// How long a read of the stream waits for an entry: whoever makes its connection must know.
#pragma once

#include <chrono>

namespace syncing {

inline constexpr std::chrono::milliseconds longest_block{10'000};

}  // namespace syncing
