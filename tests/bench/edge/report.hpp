// Results as tables for people and as JSON for everybody else.
#pragma once

#include <string>
#include <vector>

#include <boost/json.hpp>

#include "bench/edge/endurance.hpp"
#include "bench/edge/memory.hpp"
#include "bench/edge/rounds.hpp"

namespace bench {

void print_series(const std::vector<Series>& all);
void print_memory(const std::vector<MemoryFigures>& all);
void print_endurance(const Endurance& endurance);

boost::json::value to_json(const std::vector<Series>& all);
boost::json::value to_json(const std::vector<MemoryFigures>& all);
boost::json::value to_json(const Endurance& endurance);

}  // namespace bench
