#pragma once

#include <cstdint>

namespace harness {

// A TCP port of 127.0.0.1 that nobody listens on, and that no other test process is given as long as this one
// lives. Below the ephemeral ports, so that no outgoing connection takes it.
std::uint16_t free_port();

}  // namespace harness
