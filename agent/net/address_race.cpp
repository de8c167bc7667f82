#include "net/address_race.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>

#include "net/event.hpp"

namespace net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;

asio::awaitable<error_code> connect_plainly(Transport& transport, Transport::Endpoint endpoint) {
    return transport.connect(std::move(endpoint));
}

}  // namespace

// One address on its way.
struct AddressRace::Runner {
    Runner(const asio::any_io_executor& executor, Transport::Endpoint to)
        : endpoint(std::move(to)), transport(executor) {}

    bool has_failed() const { return is_done && error; }
    bool has_arrived() const { return is_done && !error; }

    Transport::Endpoint endpoint;
    Transport transport;
    error_code error;
    bool is_done = false;
};

// Outlives next() until the last runner has noticed that it is given up.
struct AddressRace::Race {
    Race(const asio::any_io_executor& executor, RaceOptions::Connect way)
        : connect(std::move(way)), changed(executor) {}

    std::size_t failed() const {
        return static_cast<std::size_t>(std::ranges::count_if(runners, &Runner::has_failed));
    }
    bool is_anybody_running() const { return !std::ranges::all_of(runners, &Runner::is_done); }
    Runner* winner() {
        const auto found = std::ranges::find_if(runners, &Runner::has_arrived);
        return found == runners.end() ? nullptr : &*found;
    }
    void give_up() {
        for (auto& runner : runners)
            if (!runner.is_done) runner.transport.close();
    }

    RaceOptions::Connect connect;
    std::deque<Runner> runners;  // in the order of the addresses; they stay where they are
    Event changed;
};

AddressRace::AddressRace(asio::any_io_executor executor, std::vector<Transport::Endpoint> addresses,
                         RaceOptions options)
    : executor_(std::move(executor)), addresses_(std::move(addresses)), options_(std::move(options)) {
    if (!options_.connect) options_.connect = connect_plainly;
}

void AddressRace::start(const std::shared_ptr<Race>& race, Time deadline) {
    auto& runner = race->runners.emplace_back(executor_, addresses_[race->runners.size()]);
    runner.transport.set_deadline(std::min(deadline, steady_clock::now() + options_.limit));
    // An exception, for lack of memory, is this address's failure.
    const auto arrive = [race, &runner](std::exception_ptr exception, error_code error) {
        runner.error = exception ? make_error_code(boost::system::errc::not_enough_memory) : error;
        runner.is_done = true;
        race->changed.notify();
    };
    asio::co_spawn(executor_, race->connect(runner.transport, runner.endpoint), arrive);
}

asio::awaitable<AddressRace::Reached> AddressRace::next(Time deadline) {
    const auto race = std::make_shared<Race>(executor_, options_.connect);
    // However this ends, also when it is cancelled.
    const auto give_up = [](Race* ended) { ended->give_up(); };
    const std::unique_ptr<Race, decltype(give_up)> end(race.get(), give_up);
    Time next_start = Time::min();
    std::size_t failures_before = 0;
    while (true) {
        auto* const winner = race->winner();
        const auto now = steady_clock::now();
        const bool is_all_started = race->runners.size() == addresses_.size();
        if (winner || now >= deadline || (is_all_started && !race->is_anybody_running()))
            co_return finish(*race, winner, now >= deadline);
        const bool has_one_failed = race->failed() > std::exchange(failures_before, race->failed());
        if (!is_all_started && (has_one_failed || now >= next_start)) {
            start(race, deadline);
            next_start = now + options_.head_start;
        } else {
            co_await race->changed.wait_until(is_all_started ? deadline : std::min(next_start, deadline));
        }
    }
}

AddressRace::Reached AddressRace::finish(Race& race, Runner* winner, bool is_late) {
    keep_the_rest(race, winner);
    if (!winner && (is_late || failures_.empty())) return {std::nullopt, asio::error::timed_out};
    if (!winner) return {std::nullopt, failures_.back()};
    winner->transport.set_deadline(Time::max());  // its limit was for the race
    return {std::move(winner->transport), {}};
}

// Those that were given up, or were not started.
void AddressRace::keep_the_rest(const Race& race, const Runner* winner) {
    std::vector<Transport::Endpoint> left;
    for (const auto& runner : race.runners) {
        if (runner.has_failed()) failures_.push_back(runner.error);
        if (!runner.has_failed() && &runner != winner) left.push_back(runner.endpoint);
    }
    left.insert(left.end(), addresses_.begin() + static_cast<std::ptrdiff_t>(race.runners.size()),
                addresses_.end());
    addresses_ = std::move(left);
}

std::vector<Transport::Endpoint> take_turns(const asio::ip::tcp::resolver::results_type& resolved) {
    std::deque<Transport::Endpoint> families[2];  // of the first address, and the other one
    for (const auto& entry : resolved) {
        const bool is_first = entry.endpoint().protocol() == resolved.begin()->endpoint().protocol();
        families[is_first ? 0 : 1].emplace_back(entry.endpoint());
    }
    std::vector<Transport::Endpoint> addresses;
    for (std::size_t turn = 0; addresses.size() < resolved.size(); ++turn) {
        auto& family = families[turn % 2];
        if (family.empty()) continue;
        addresses.push_back(family.front());
        family.pop_front();
    }
    return addresses;
}

}  // namespace net
