// What the benchmark can measure.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "bench/agent/candidate.hpp"
#include "bench/agent/latency.hpp"
#include "bench/agent/memory.hpp"
#include "bench/agent/throughput.hpp"
#include "bench/common/goal.hpp"

namespace bench {

struct Settings {
    std::vector<std::string> parts = {"throughput", "variants", "history",    "delayed", "latency",
                                      "memory",     "idle",     "connectors", "agents",  "neighbours"};
    std::vector<std::string> programs;  // as on the command line
    std::vector<Candidate> candidates;
    ThroughputPlan plan;
    std::vector<unsigned> delays_ms = {50};
    LatencyPlan latency;
    MemoryPlan memory;
    unsigned idle_seconds = 30;
    unsigned connectors = 1000;  // of the part of that name
    std::string json_file;
    bool goals_required = false;
};

// Prints its table, gives its JSON and adds its goals.
using Part = std::function<boost::json::value(const Settings&, std::vector<Goal>&)>;

const std::map<std::string, Part>& all_parts();

}  // namespace bench
