// Times one step of a booking's way for the timeline.
#pragma once

#include <chrono>
#include <utility>

#include "rules/timeline_entry.hpp"

namespace syncing {

class StepTimer {
public:
    explicit StepTimer(rules::StepKind kind) { step_.kind = kind; }

    // One more attempt is made.
    void note_attempt() noexcept { ++step_.attempts; }
    // Brevo refused this.
    void leave_out(std::string what) { step_.left_out.push_back(std::move(what)); }

    // The step as it ended; `status` 0: without an answer.
    rules::Step end(unsigned status) const {
        auto step = step_;
        const auto lasted = std::chrono::steady_clock::now() - begun_;
        step.ms = std::chrono::duration_cast<std::chrono::milliseconds>(lasted).count();
        step.status = status;
        return step;
    }

private:
    rules::Step step_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace syncing
