// One seed from its story to the verdict.
#pragma once

#include <string>

#include "e2e/convergence/world.hpp"

namespace convergence {

enum class Weather {
    ordered,  // one agent; every delivery is worked on before its person has the next one; some calls fail,
              // some are answered by a gateway, some answers come twice, some deliveries have odd fields
    calm,     // one agent; deliveries shuffled, repeated, delayed; some never come and are told by history
    windy,    // two agents, and calls, answers and deliveries go wrong likewise
    stormy,   // and the agents are killed, and Redis too
};
std::string to_text(Weather weather);
Weather weather_of(std::uint64_t seed);

struct Outcome {
    std::uint64_t seed = 0;
    std::size_t deliveries = 0;  // that were sent
    std::size_t reconciled = 0;  // entries that history told instead, or besides
    std::size_t events = 0;      // that Brevo received
    std::size_t kills = 0;       // of agents
    std::size_t redis_restarts = 0;
    std::string failure;  // what is wrong and how it came; empty: nothing
};

Outcome run_seed(std::uint64_t seed);

}  // namespace convergence
