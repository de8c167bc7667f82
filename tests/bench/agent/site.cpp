#include "bench/agent/site.hpp"

#include <stdexcept>
#include <thread>

namespace bench {
namespace {

constexpr std::size_t warm_up_bookings = 500;  // of each agent
constexpr std::chrono::hours patience{3};
constexpr std::size_t flood = 6000;  // at ten a second

}  // namespace

Site::Site(const Candidate& candidate) : candidate_(candidate), stream_({}), apis_(folder_, candidate.tls) {}

void Site::start() {
    agents_.emplace(folder_, candidate_, apis_, stream_);
}

void Site::start_and_warm_up() {
    start();
    add_backlog(warm_up_bookings * candidate_.agents);
    wait();
    check();
}

void Site::let_settle() const {
    std::this_thread::sleep_for(std::chrono::milliseconds(6000 + 14 * candidate_.connectors));
}

void Site::flood_neighbour() {
    fill(stream_, 0, flood, {}, neighbour_name);
}

void Site::expect(std::size_t count) {
    apis_.reset(next_, count);
    next_ += count;
}

void Site::add_backlog(std::size_t count, const BookingShape& shape) {
    const auto first = next_;
    expect(count);
    if (candidate_.is_told_by_history) {
        fill_history(stream_, first, count);
    } else {
        fill(stream_, first, count, shape);
    }
}

void Site::lay_backlog(std::size_t count) {
    agents_->freeze();
    add_backlog(count);
}

void Site::feed(std::size_t count, double a_second) {
    const auto first = next_;
    expect(count);
    const auto begin = std::chrono::steady_clock::now();
    for (auto number = first; number < next_; ++number) {
        const std::chrono::duration<double> due(static_cast<double>(number - first) / a_second);
        std::this_thread::sleep_until(begin +
                                      std::chrono::duration_cast<std::chrono::steady_clock::duration>(due));
        fill(stream_, number, 1);
    }
}

void Site::wait() {
    harness::wait_until(
        [this] {
            agents_->require_running();
            return stream_.length() == 0 && stream_.history_length() == 0;
        },
        candidate_.name + " should work off the backlog", patience);
}

void Site::check() {
    try {
        apis_.check();
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(candidate_.name + ": " + error.what());
    }
    if (stream_.dead() > 0) throw std::runtime_error(candidate_.name + ": there are dead letters");
}

Snapshot Site::snapshot() const {
    return {.at = std::chrono::steady_clock::now(),
            .agents = agents_->cost(),
            .redis = cost_of(stream_.process()),
            .apis = apis_.server().cpu(),
            .connections = apis_.server().accepted()};
}

}  // namespace bench
