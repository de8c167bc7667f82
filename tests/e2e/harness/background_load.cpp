#include "e2e/harness/background_load.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace harness {
namespace {

// Deliveries are signed so many at a time: a few MB of requests.
constexpr std::uint64_t batch = 2000;

}  // namespace

BackgroundLoad::BackgroundLoad(std::uint16_t port, DeliveryShape shape, Ledger& ledger,
                               BackgroundLoadOptions options)
    : port_(port), shape_(std::move(shape)), ledger_(ledger), options_(options) {
    thread_ = std::jthread([this](const std::stop_token& stop) {
        try {
            run(stop);
        } catch (...) {
            failure_ = std::current_exception();
        }
    });
}

BackgroundLoad::~BackgroundLoad() = default;

void BackgroundLoad::run(const std::stop_token& stop) {
    LoadGenerator generator(port_, options_.connections);
    const LoadOptions options = {
        .stop = stop,
        .on_answer = [this](std::uint64_t id, unsigned status) { ledger_.record_answer(id, status); },
        .patience = options_.patience};
    auto id = options_.first_id;
    const auto end = options_.requests == 0 ? ~std::uint64_t{0} : id + options_.requests;
    while (id < end && !stop.stop_requested()) {
        const auto count = std::min(end - id, std::max<std::uint64_t>(batch, options_.connections));
        const auto result = generator.run(SignedDeliveries(id, count, shape_), options);
        if (result.seconds > std::chrono::duration<double>(options_.patience).count())
            throw std::runtime_error("a request had neither an answer nor its connection's end");
        id += count;
    }
}

void BackgroundLoad::stop() {
    thread_.request_stop();
    wait();
}

void BackgroundLoad::wait() {
    if (thread_.joinable()) thread_.join();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

}  // namespace harness
