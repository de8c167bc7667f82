#pragma once

#include <string>

namespace bench {

// The processor and the kernel, for reports.
std::string machine();

}  // namespace bench
