#include "rules/offered_times.hpp"

#include <algorithm>

namespace rules {
namespace {

using calendly::Timestamp;

// What is asked for a second too early is refused, and clocks differ.
constexpr std::chrono::minutes margin{1};

std::int64_t number_at(Timestamp time) {
    return std::chrono::floor<std::chrono::days>(time).time_since_epoch() / piece_length;
}

Timestamp begin_of(std::int64_t number) {
    return Timestamp(number * piece_length);
}

}  // namespace

std::vector<Piece> pieces_of(Timestamp from, Timestamp to, Timestamp now) {
    const auto first = std::max(from, now + margin);
    const auto last = std::min(to, now + farthest_time);
    std::vector<Piece> pieces;
    for (auto number = number_at(first); first < last && begin_of(number) < last; ++number)
        pieces.push_back({number, std::max(begin_of(number), now + margin), begin_of(number + 1)});
    return pieces;
}

std::vector<Timestamp> nearest_times(const std::vector<calendly::OfferedTime>& times, Timestamp wanted,
                                     std::size_t most) {
    std::vector<Timestamp> starts;
    for (const auto& time : times) starts.push_back(time.start);
    const auto distance = [wanted](Timestamp start) {
        return start < wanted ? wanted - start : start - wanted;
    };
    std::ranges::stable_sort(starts, {}, distance);
    starts.resize(std::min(starts.size(), most));
    std::ranges::sort(starts);
    return starts;
}

}  // namespace rules
