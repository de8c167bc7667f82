#include "bench/common/median.hpp"

#include <algorithm>
#include <stdexcept>

namespace bench {

double median(std::vector<double> values) {
    if (values.empty()) throw std::logic_error("no median of nothing");
    std::ranges::sort(values);
    const auto middle = values.size() / 2;
    return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace bench
