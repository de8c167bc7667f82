// How many connections a server keeps, and which one has to go for another: a rule without sockets.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace http {

struct ConnectionLimits {
    std::size_t in_all = 0;     // 0: any number
    std::size_t of_a_peer = 0;  // likewise; see peer_of()
};

// A connection that is there.
struct Place {
    std::string peer;
    std::chrono::steady_clock::time_point waits_since;
    bool may_be_taken = false;  // it waits for a request that is not whole, or for its end
};

struct Admission {
    bool is_admitted = true;
    std::optional<std::size_t> gives_way{};  // the index of the place that is taken from its owner
};

// Whoever has waited longest without a whole request gives way, of the same peer when that has too many, else
// of the one that has most: who opens connections and says nothing keeps nobody out who asks.
Admission admit(const std::vector<Place>& taken, std::string_view peer, const ConnectionLimits& limits);

// Who is counted as one: an IPv4 address, or the network of an IPv6 address (/64), of which one host has all.
std::string peer_of(const boost::asio::ip::address& address);

}  // namespace http
