#pragma once

#include <cstddef>

#include "bench/agent/candidate.hpp"

namespace bench {

struct LatencyPlan {
    std::size_t webhooks = 400;
    double rate = 20;  // a second
};

// From the moment at which the webhook's sender has nginx's 200 to the one at which the API answers the write
// of the contact, in milliseconds.
struct LatencyFigures {
    std::string candidate;
    double median = 0, p99 = 0, longest = 0;
};

// Posts signed webhooks to an nginx with our module, one after the other, evenly paced. The APIs take no
// time.
LatencyFigures measure_latency(const Candidate& candidate, const LatencyPlan& plan);

}  // namespace bench
