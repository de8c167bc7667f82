// A line of the log for what became of each change: at the level `debug`, since the timeline has it for
// everybody.
#pragma once

#include <memory>

#include <spdlog/logger.h>

#include "rules/timeline_entry.hpp"

namespace syncing {

class OutcomeLog {
public:
    // `log`: the connector's.
    explicit OutcomeLog(const std::shared_ptr<spdlog::logger>& log);

    void tell(const rules::TimelineEntry& entry);

private:
    std::shared_ptr<spdlog::logger> log_;
};

}  // namespace syncing
