#include "e2e/harness/wait.hpp"

#include <stdexcept>
#include <string>
#include <thread>

namespace harness {

void wait_until(const std::function<bool()>& condition, std::string_view what, Duration deadline) {
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end)
            throw std::runtime_error("gave up waiting: " + std::string(what));
        std::this_thread::sleep_for(Duration(5));
    }
}

}  // namespace harness
