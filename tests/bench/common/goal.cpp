#include "bench/common/goal.hpp"

#include <cstdio>

#include <boost/json.hpp>

namespace bench {

namespace json = boost::json;

void print_goals(const std::vector<Goal>& goals) {
    for (const auto& goal : goals)
        std::printf("%-60s %10.2f   %s %g: %s\n", goal.figure.c_str(), goal.value,
                    goal.at_most ? "at most" : "at least", goal.limit, goal.reached() ? "yes" : "NO");
}

json::value to_json(const std::vector<Goal>& goals) {
    json::array array;
    for (const auto& goal : goals)
        array.push_back({{"figure", goal.figure},
                         {"value", goal.value},
                         {goal.at_most ? "at_most" : "at_least", goal.limit},
                         {"reached", goal.reached()}});
    return array;
}

}  // namespace bench
