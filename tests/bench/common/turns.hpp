#pragma once

#include <cstddef>

namespace bench {

// Each round measures every candidate once and begins with another one: what warms up or wears out hits all
// of them. `measure(round, candidate)`, both from 0.
template <typename Measure>
void in_turns(unsigned rounds, std::size_t candidates, Measure measure) {
    for (unsigned round = 0; round < rounds; ++round)
        for (std::size_t i = 0; i < candidates; ++i) measure(round, (round + i) % candidates);
}

}  // namespace bench
