#include "cli/history_progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "text/mask.hpp"

namespace cli {
namespace {

using namespace std::chrono_literals;

constexpr auto between_drawings = 200ms;
constexpr auto between_lines = 5s;
constexpr int bar_width = 24;

std::string shown_duration(double seconds) {
    if (seconds < 100) return fmt::format("{:.0f} s", seconds);
    if (seconds < 6000) return fmt::format("{:.0f} min", seconds / 60);
    return fmt::format("{:.0f} h", seconds / 3600);
}

}  // namespace

HistoryProgress::HistoryProgress(calendly::Timestamp from, calendly::Timestamp to)
    : from_(from), to_(to), is_terminal_(::isatty(STDERR_FILENO) == 1) {
    next_ = begun_ + (is_terminal_ ? Clock::duration(between_drawings) : Clock::duration(between_lines));
}

HistoryProgress::~HistoryProgress() {
    clear();
}

std::uint64_t HistoryProgress::seconds() const {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begun_).count());
}

// By the meetings' times: how many there are, Calendly does not say.
double HistoryProgress::part_done(calendly::Timestamp position) const {
    const auto all = std::chrono::duration<double>(to_ - from_).count();
    const auto done = std::chrono::duration<double>(position - from_).count();
    return all <= 0 ? 1 : std::clamp(done / all, 0.0, 1.0);
}

std::string HistoryProgress::line(const upkeep::HistoryFigures& figures, double part) const {
    const auto elapsed = std::chrono::duration<double>(Clock::now() - begun_).count();
    const auto rate = static_cast<double>(figures.invitees - at_begin_->invitees) / std::max(elapsed, 0.1);
    auto text = fmt::format("{} meetings, {} invitees, {} appended, {:.0f}/s", figures.events,
                            figures.invitees, figures.appended, rate);
    if (const auto done = part - part_at_begin_; done > 0.001 && elapsed > 1)
        text += fmt::format(", {} left", shown_duration(elapsed * (1 - part) / done));
    return text;
}

void HistoryProgress::draw(const upkeep::HistoryFigures& figures, double part) {
    const auto full = static_cast<std::size_t>(part * bar_width);
    fmt::print(stderr, "\r\033[K[{}{}] {:3.0f} %  {}", std::string(full, '#'),
               std::string(bar_width - full, '.'), part * 100, line(figures, part));
    is_drawn_ = true;
}

void HistoryProgress::on_progress(const upkeep::HistoryFigures& figures, calendly::Timestamp position) {
    const auto part = part_done(position);
    if (!at_begin_) {
        at_begin_ = figures;
        part_at_begin_ = part;
    }
    if (Clock::now() < next_) return;
    if (is_terminal_) {
        draw(figures, part);
        next_ = Clock::now() + between_drawings;
    } else {
        fmt::print(stderr, "{:.0f} %: {}\n", part * 100, line(figures, part));
        next_ = Clock::now() + between_lines;
    }
}

void HistoryProgress::on_notice(const std::string& line) {
    if (line == last_notice_) return;
    clear();
    last_notice_ = line;
    fmt::print(stderr, "{}\n", line);
}

void HistoryProgress::on_difference(const rules::MissedChange& change, const std::string& person) {
    clear();
    fmt::print("{}  {}  {}  {}\n", calendly::to_string(change.at), change.event, text::mask_email(person),
               change.invitee);
}

void HistoryProgress::clear() {
    if (is_drawn_) fmt::print(stderr, "\r\033[K");
    is_drawn_ = false;
}

std::string to_text(const upkeep::HistoryFigures& figures, std::uint64_t seconds) {
    return fmt::format("{} meetings, {} invitees: {} already right, {} changes appended, {} failed, in {} s",
                       figures.events, figures.invitees, figures.already_right, figures.appended,
                       figures.failed, seconds);
}

}  // namespace cli
