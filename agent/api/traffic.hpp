// The calls of one connector: how they ended and how long their answers took. Counts only.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "api/histogram.hpp"
#include "api/operation.hpp"

namespace api {

// Bounds of buckets: from a quick answer to the longest that a call may last.
inline constexpr std::array<double, 9> call_seconds = {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

class Traffic {
public:
    struct Calls {
        std::map<unsigned, std::uint64_t> statuses;  // HTTP; 0: no answer came
        Histogram seconds{call_seconds};             // waits for the budget not included
    };

    // The usual success, 429, 500 and no answer of each operation count from 0 on.
    Traffic() : calls_(all_operations.size()) {
        for (const auto& facts : all_operations)
            for (const unsigned status : {facts.success, 429u, 500u, 0u})
                calls_of(facts.operation).statuses[status];
    }

    void note(Operation operation, unsigned status, std::chrono::duration<double> lasted) {
        auto& calls = calls_of(operation);
        ++calls.statuses[status];
        calls.seconds.observe(lasted.count());
    }

    void add(const Traffic& other) {
        for (std::size_t i = 0; i < calls_.size(); ++i) {
            for (const auto& [status, count] : other.calls_[i].statuses) calls_[i].statuses[status] += count;
            calls_[i].seconds.add(other.calls_[i].seconds);
        }
    }

    const Calls& of(Operation operation) const { return calls_[static_cast<std::size_t>(operation)]; }

private:
    Calls& calls_of(Operation operation) { return calls_[static_cast<std::size_t>(operation)]; }

    std::vector<Calls> calls_;
};

}  // namespace api
