#include "http/admission.hpp"

#include <algorithm>
#include <tuple>

#include <boost/asio/ip/network_v6.hpp>

namespace http {
namespace {

namespace ip = boost::asio::ip;

std::size_t places_of(const std::vector<Place>& taken, std::string_view peer) {
    const auto count = std::ranges::count(taken, peer, &Place::peer);
    return static_cast<std::size_t>(count);
}

// The first in the order of `rank` of those that may be taken.
template <typename May, typename Rank>
Admission take_first(const std::vector<Place>& taken, May may, Rank rank) {
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < taken.size(); ++i) {
        if (!taken[i].may_be_taken || !may(taken[i])) continue;
        if (!first || rank(taken[i]) < rank(taken[*first])) first = i;
    }
    return {first.has_value(), first};
}

}  // namespace

Admission admit(const std::vector<Place>& taken, std::string_view peer, const ConnectionLimits& limits) {
    if (limits.of_a_peer > 0 && places_of(taken, peer) >= limits.of_a_peer)
        return take_first(
            taken, [&](const Place& place) { return place.peer == peer; },
            [](const Place& place) { return place.waits_since; });
    if (limits.in_all > 0 && taken.size() >= limits.in_all)
        return take_first(
            taken, [](const Place&) { return true; },
            [&](const Place& place) {
                return std::make_tuple(taken.size() - places_of(taken, place.peer), place.waits_since);
            });
    return {};
}

std::string peer_of(const ip::address& address) {
    if (address.is_v4()) return address.to_string();
    const auto v6 = address.to_v6();
    if (v6.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, v6).to_string();
    return ip::network_v6(v6, 64).canonical().to_string();
}

}  // namespace http
