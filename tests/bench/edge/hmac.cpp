#include "bench/edge/hmac.hpp"

#include <ctime>

#include <string>
#include <vector>

#include "bench/edge/candidate.hpp"
#include "bench/edge/rounds.hpp"
#include "shared/signature.hpp"

namespace bench {
namespace {

double cpu_us() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

}  // namespace

double hmac_us() {
    constexpr std::size_t smallest = 2048, largest = 4096, rounds = 21;
    const shared::SigningKey key(signing_key);
    const std::string body(largest, 'x');
    std::vector<double> times;
    for (std::size_t round = 0; round < rounds; ++round) {
        const double begin = cpu_us();
        for (std::size_t size = smallest; size <= largest; ++size) {
            const auto piece = std::string_view(body).substr(0, size);
            (void)key.mac("1700000000", std::span(&piece, 1));
        }
        times.push_back((cpu_us() - begin) / (largest - smallest + 1));
    }
    return median(times);
}

}  // namespace bench
