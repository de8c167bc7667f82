#pragma once

#include <vector>

namespace bench {

// Throws std::logic_error when there are no values.
double median(std::vector<double> values);

}  // namespace bench
