#include "bench/edge/endurance.hpp"

#include <algorithm>
#include <stdexcept>

#include "bench/common/progress.hpp"
#include "bench/common/stream.hpp"
#include "bench/edge/candidate.hpp"
#include "e2e/harness/process_facts.hpp"

namespace bench {
namespace {

constexpr std::uint64_t sample_count = 40;

// The stream must not fill the memory.
constexpr std::uint64_t largest_step = 100'000;

// Gives the seconds it took.
double take(Candidate& candidate, Stream& stream, const harness::SignedDeliveries& deliveries,
            std::uint64_t requests) {
    const auto result = candidate.clients().run(deliveries, {.requests = requests});
    const auto stored = stream.length();
    if (result.count(200) != requests || stored != requests)
        throw std::runtime_error(std::to_string(requests) +
                                 " requests: " + std::to_string(result.count(200)) + " answers 200, " +
                                 std::to_string(stored) + " entries in the stream");
    stream.remove();
    return result.seconds;
}

}  // namespace

std::size_t Endurance::growth() const {
    return std::ranges::max(samples) - samples.front();
}

Endurance endure(std::uint64_t requests, std::size_t connections,
                 const harness::SignedDeliveries& deliveries) {
    Stream stream({});
    Candidate candidate(Candidate::Kind::calendly, stream.url(), connections);
    const auto sample = [&] { return harness::anonymous_memory(candidate.worker()); };
    const std::uint64_t step = std::clamp<std::uint64_t>(requests / 100, 1, largest_step);
    take(candidate, stream, deliveries, step);
    Endurance endurance{.samples = {sample()}};
    double seconds = 0;
    for (std::uint64_t due = requests / sample_count; endurance.requests < requests;) {
        const auto now = std::min(step, requests - endurance.requests);
        seconds += take(candidate, stream, deliveries, now);
        endurance.requests += now;
        if (endurance.requests < due && endurance.requests < requests) continue;
        due += requests / sample_count;
        endurance.samples.push_back(sample());
        show_progress(std::to_string(endurance.requests) + " requests");
    }
    show_progress("");
    endurance.rate = static_cast<double>(requests) / seconds;
    return endurance;
}

}  // namespace bench
