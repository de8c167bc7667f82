// Times at which a visitor can book: in which pieces they are asked for, and which ones are near another.
#pragma once

#include <cstddef>
#include <vector>

#include "calendly/scheduling_types.hpp"

namespace rules {

inline constexpr std::chrono::days piece_length{31};     // that Calendly tells of at once
inline constexpr std::chrono::days longest_request{93};  // that a visitor may ask for
inline constexpr std::chrono::days farthest_time{731};   // from now: beyond nothing is offered

// The same pieces for everybody, whenever they ask: number n begins 31 * n days after 1970.
struct Piece {
    std::int64_t number = 0;
    calendly::Timestamp from{};  // both as Calendly is asked
    calendly::Timestamp to{};
};

// That have something of [from, to) in them, the part before `now` left out: Calendly tells only of times
// that are to come, and of none too far ahead.
std::vector<Piece> pieces_of(calendly::Timestamp from, calendly::Timestamp to, calendly::Timestamp now);

// At most `most` of the times, those nearest to `wanted`, in their order.
std::vector<calendly::Timestamp> nearest_times(const std::vector<calendly::OfferedTime>& times,
                                               calendly::Timestamp wanted, std::size_t most);

}  // namespace rules
