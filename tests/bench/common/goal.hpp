#pragma once

#include <string>
#include <vector>

#include <boost/json/value.hpp>

namespace bench {

// What a figure should be.
struct Goal {
    std::string figure;
    double value = 0;
    bool at_most = true;  // else at least
    double limit = 0;

    bool reached() const { return at_most ? value <= limit : value >= limit; }
};

void print_goals(const std::vector<Goal>& goals);
boost::json::value to_json(const std::vector<Goal>& goals);

}  // namespace bench
