// Connections to a name that has several addresses, of which some may swallow all packets (RFC 8305).
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "net/transport.hpp"

namespace net {

// In the resolver's order, but the families take turns: one that leads nowhere holds up only one address.
std::vector<Transport::Endpoint> take_turns(const boost::asio::ip::tcp::resolver::results_type& resolved);

struct RaceOptions {
    using Connect =
        std::function<boost::asio::awaitable<boost::system::error_code>(Transport&, Transport::Endpoint)>;

    std::chrono::milliseconds head_start{250};               // of each address before the next one
    std::chrono::milliseconds limit{std::chrono::hours(1)};  // of each address
    Connect connect{};                                       // tests have one of their own
};

// The addresses of a name: each is tried when the one before has failed, or has not answered within its head
// start; the first that can be connected to wins, and the others are given up.
class AddressRace {
public:
    using Time = Transport::Time;
    using ErrorCode = boost::system::error_code;

    AddressRace(boost::asio::any_io_executor executor, std::vector<Transport::Endpoint> addresses,
                RaceOptions options = {});

    // Whether no address is left: each has failed or has been reached once.
    bool is_over() const noexcept { return addresses_.empty(); }

    struct Reached {
        std::optional<Transport> transport;
        ErrorCode error;  // why there is none: the last address's, or asio::error::timed_out at `deadline`
    };

    // The next address that can be connected to. Whoever is not content with it asks again: those that were
    // given up for it are tried once more.
    boost::asio::awaitable<Reached> next(Time deadline);

    // Of all addresses so far that could not be connected to, in that order.
    const std::vector<ErrorCode>& failures() const noexcept { return failures_; }

private:
    struct Runner;
    struct Race;

    void start(const std::shared_ptr<Race>& race, Time deadline);
    Reached finish(Race& race, Runner* winner, bool is_late);
    void keep_the_rest(const Race& race, const Runner* winner);

    boost::asio::any_io_executor executor_;
    std::vector<Transport::Endpoint> addresses_;
    RaceOptions options_;
    std::vector<ErrorCode> failures_;
};

}  // namespace net
