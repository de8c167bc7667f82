// How a walk over history gets on, for whoever waits for it: a bar on a terminal, plain lines otherwise. All
// of it on standard error but the differences of a dry run.
#pragma once

#include <chrono>
#include <string>

#include "upkeep/history_world.hpp"

namespace cli {

class HistoryProgress final : public upkeep::HistoryWatcher {
public:
    // Of the meetings' start.
    HistoryProgress(calendly::Timestamp from, calendly::Timestamp to);
    ~HistoryProgress() override;

    void on_progress(const upkeep::HistoryFigures& figures, calendly::Timestamp position) override;
    void on_notice(const std::string& line) override;
    void on_difference(const rules::MissedChange& change, const std::string& person) override;

    // Takes the bar away.
    void clear();

    std::uint64_t seconds() const;  // since its beginning

private:
    using Clock = std::chrono::steady_clock;

    double part_done(calendly::Timestamp position) const;
    std::string line(const upkeep::HistoryFigures& figures, double part) const;
    void draw(const upkeep::HistoryFigures& figures, double part);

    calendly::Timestamp from_, to_;
    bool is_terminal_;
    Clock::time_point begun_ = Clock::now();
    Clock::time_point next_;  // nothing is shown before
    std::optional<upkeep::HistoryFigures> at_begin_;
    double part_at_begin_ = 0;
    bool is_drawn_ = false;
    std::string last_notice_;
};

// "12 meetings, 34 invitees: 30 already right, 4 changes appended, 0 failed, in 5 s"
std::string to_text(const upkeep::HistoryFigures& figures, std::uint64_t seconds);

}  // namespace cli
