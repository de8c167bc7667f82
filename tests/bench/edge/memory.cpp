#include "bench/edge/memory.hpp"

#include <memory>
#include <stdexcept>
#include <thread>

#include "bench/common/cost.hpp"
#include "bench/common/stream.hpp"
#include "bench/edge/candidate.hpp"
#include "e2e/harness/process_facts.hpp"

namespace bench {
namespace {

using harness::LoadGenerator;
using harness::SignedDeliveries;

SignedDeliveries deliveries(std::size_t count) {
    return {0, count, {.key = std::string(signing_key)}};
}

double memory_at_rest(const Candidate& candidate) {
    wait_until_idle(candidate.worker());
    return static_cast<double>(harness::anonymous_memory(candidate.worker()));
}

// Everything that is made once has been made.
void warm_up(Candidate& candidate) {
    candidate.waiting();
    if (!candidate.answers_at_once()) return;
    LoadGenerator client(candidate.nginx().port(), 1);
    client.run(deliveries(10));
}

double bytes_of_waiting(Candidate::Kind kind, std::size_t count) {
    Stream stream({});
    Candidate candidate(kind, stream.url(), count);
    warm_up(candidate);
    const double before = memory_at_rest(candidate);
    const auto requests = deliveries(count);
    stream.freeze();
    std::jthread clients([&] { candidate.clients().run(requests); });
    harness::wait_until([&] { return candidate.waiting() == count; }, "all requests should wait");
    const double during = memory_at_rest(candidate);
    stream.thaw();
    candidate.nginx().signal(candidate.answers_at_once() ? SIGQUIT : SIGTERM);
    return (during - before) / static_cast<double>(count);
}

// One after the other, so that no more than one request is there at a time.
double bytes_of_idle(Candidate::Kind kind, std::size_t count) {
    Stream stream({});
    Candidate candidate(kind, stream.url(), 0);
    warm_up(candidate);
    const double before = memory_at_rest(candidate);
    const auto request = deliveries(1);
    std::vector<std::unique_ptr<LoadGenerator>> clients;
    for (std::size_t i = 0; i < count; ++i) {
        clients.push_back(std::make_unique<LoadGenerator>(candidate.nginx().port(), 1));
        if (clients.back()->run(request).count(200) != 1) throw std::runtime_error("a request was refused");
    }
    return (memory_at_rest(candidate) - before) / static_cast<double>(count);
}

}  // namespace

std::vector<MemoryFigures> measure_memory(const std::vector<std::size_t>& counts) {
    using Kind = Candidate::Kind;
    std::vector<MemoryFigures> all;
    for (const auto count : counts) {
        all.push_back({.candidate = "bare nginx",
                       .connections = count,
                       .waiting = bytes_of_waiting(Kind::waiting, count),
                       .idle = bytes_of_idle(Kind::bare, count)});
        all.push_back({.candidate = "calendly module",
                       .connections = count,
                       .waiting = bytes_of_waiting(Kind::calendly, count),
                       .idle = bytes_of_idle(Kind::calendly, count)});
    }
    return all;
}

}  // namespace bench
