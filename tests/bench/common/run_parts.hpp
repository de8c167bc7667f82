#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <boost/json.hpp>

#include "bench/common/goal.hpp"
#include "e2e/harness/folder.hpp"

namespace bench {

// Measures the parts that `settings` names, each printing its table and adding its goals; what they give goes
// into `report`, and that into the file that was asked for. Gives the exit code.
template <typename Settings, typename Parts>
int run_parts(const Settings& settings, const Parts& parts, boost::json::object report) {
    std::vector<Goal> goals;
    for (const auto& name : settings.parts) {
        std::printf("\n%s\n", name.c_str());
        report[name] = parts.at(name)(settings, goals);
        std::fflush(stdout);
    }
    std::printf("\n");
    print_goals(goals);
    report["goals"] = to_json(goals);
    if (!settings.json_file.empty())
        harness::write_file(settings.json_file, boost::json::serialize(report) + "\n");
    const bool all_reached = std::ranges::all_of(goals, &Goal::reached);
    return settings.goals_required && !all_reached ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace bench
