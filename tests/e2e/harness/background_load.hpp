#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <thread>

#include "e2e/harness/ledger.hpp"
#include "e2e/harness/load_generator.hpp"

namespace harness {

struct BackgroundLoadOptions {
    std::size_t connections = 32;
    std::uint64_t first_id = 0;
    std::uint64_t requests = 0;  // 0: until it is stopped
    Duration patience{60'000};   // for an answer, the connection's end, or a connection
};

// A load generator in a thread of its own. Every request is another delivery; their fates go to the ledger.
// It fails when patience is over.
class BackgroundLoad {
public:
    BackgroundLoad(std::uint16_t port, DeliveryShape shape, Ledger& ledger,
                   BackgroundLoadOptions options = {});
    ~BackgroundLoad();  // stops it

    // Awaits what is in flight. Throws what the generator threw.
    void stop();

    // Awaits the answers to all options.requests, closes the connections. Throws likewise.
    void wait();

private:
    void run(const std::stop_token& stop);
    std::uint16_t port_;
    DeliveryShape shape_;
    Ledger& ledger_;
    BackgroundLoadOptions options_;
    std::exception_ptr failure_;
    std::jthread thread_;
};

}  // namespace harness
