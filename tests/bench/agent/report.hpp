// Results as tables for people and as JSON for everybody else.
#pragma once

#include <vector>

#include <boost/json.hpp>

#include "bench/agent/throughput.hpp"

namespace bench {

void print_series(const std::vector<Series>& all);
boost::json::value to_json(const std::vector<Series>& all);

}  // namespace bench
