#pragma once

#include <cstddef>
#include <vector>

namespace bench {

// Throws std::logic_error when there are no values.
double median(std::vector<double> values);

// Of one figure over the rounds of a candidate.
template <typename Series, typename Round>
double median(const Series& series, double Round::*figure) {
    std::vector<double> values;
    for (const auto& round : series.rounds) values.push_back(round.*figure);
    return median(values);
}

// The median of what `a` is to `b` in each round.
template <typename Series, typename Round>
double median_ratio(const Series& a, const Series& b, double Round::*figure) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < a.rounds.size(); ++i)
        ratios.push_back(a.rounds[i].*figure / b.rounds[i].*figure);
    return median(ratios);
}

}  // namespace bench
