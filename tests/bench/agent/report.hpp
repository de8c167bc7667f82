// Results as tables for people and as JSON for everybody else.
#pragma once

#include <vector>

#include <boost/json.hpp>

#include "bench/agent/latency.hpp"
#include "bench/agent/memory.hpp"
#include "bench/agent/throughput.hpp"

namespace bench {

void print_series(const std::vector<Series>& all);
void print_latency(const std::vector<LatencyFigures>& all);
void print_memory(const std::vector<MemoryFigures>& all);

boost::json::value to_json(const std::vector<Series>& all);
boost::json::value to_json(const std::vector<LatencyFigures>& all);
boost::json::value to_json(const std::vector<MemoryFigures>& all);

}  // namespace bench
