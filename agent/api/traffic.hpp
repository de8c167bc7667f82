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

// Of HTTP; 0: no answer came.
inline constexpr std::array<unsigned, 13> usual_failures = {0,   400, 401, 402, 403, 404, 409,
                                                            422, 429, 500, 502, 503, 504};

class Traffic {
public:
    struct Calls {
        std::map<unsigned, std::uint64_t> statuses;  // HTTP; 0: no answer came
        Histogram seconds{call_seconds};             // waits for the budget not included
    };

    // What an API usually answers counts from 0 on for each operation, so that a first failure is an
    // increase; anything else from the first one on.
    Traffic() : calls_(all_operations.size()) {
        for (const auto& facts : all_operations) {
            auto& statuses = calls_of(facts.operation).statuses;
            statuses[facts.success];
            for (const auto status : usual_failures) statuses[status];
        }
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
