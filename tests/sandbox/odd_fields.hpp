// Deliveries with fields that nobody expects: of another type, of odd text, unknown. Nothing that says who
// booked what and when is touched.
#pragma once

#include <cstdint>
#include <string>

namespace sandbox {

// The body with a few of them; `seed` says which. It may be no valid UTF-8 then.
std::string with_odd_fields(const std::string& body, std::uint64_t seed);

}  // namespace sandbox
