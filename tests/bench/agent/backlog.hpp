#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "bench/agent/bookings.hpp"
#include "bench/common/stream.hpp"

namespace bench {

// Writes the bookings' deliveries into the stream as the edge does, many at a time.
void fill(const Stream& stream, std::uint64_t first, std::size_t count, const BookingShape& shape = {},
          const std::string& connector = "calendly");

// Likewise into the stream of history, as a reconciliation does.
void fill_history(const Stream& stream, std::uint64_t first, std::size_t count);

// Removes every key but the streams themselves, which must be empty: what the agent remembers of people.
void forget_people(Stream& stream);

}  // namespace bench
