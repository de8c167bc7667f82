#include "sync/outcome_log.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "text/logfmt.hpp"
#include "text/mask.hpp"

namespace syncing {
namespace {

std::string_view sentence_of(rules::TimelineOutcome outcome) {
    using rules::TimelineOutcome;
    switch (outcome) {
        case TimelineOutcome::synced:
            return "Brevo has this change";
        case TimelineOutcome::repeated:
            return "known and done before, nothing was sent";
        case TimelineOutcome::quiet:
            return "history told of it: the contact is up to date, no event was sent";
        case TimelineOutcome::dead:
            return "it went to the dead letters; look at it with: calendly-brevo dead list";
        case TimelineOutcome::left_alone:
            return "known now, and nothing follows from it";
    }
    return {};
}

std::string in_seconds(std::int64_t ms) {
    return fmt::format("{:.3f}", static_cast<double>(std::max<std::int64_t>(ms, 0)) / 1000);
}

std::string line_of(const rules::TimelineEntry& entry) {
    std::string line;
    text::append_field(line, "msg", sentence_of(entry.outcome));
    text::append_field(line, "outcome", to_string(entry.outcome));
    text::append_field(line, "event", entry.event);
    text::append_field(line, "change_id", entry.change_id);
    text::append_field(line, "person", text::mask_email(entry.person));
    if (entry.received_ms > 0 && entry.committed_ms > 0)
        text::append_field(line, "seconds", in_seconds(entry.committed_ms - entry.received_ms));
    unsigned calls = 0;
    for (const auto& step : entry.steps) {
        text::append_field(line, std::string(to_string(step.kind)) + "_seconds", in_seconds(step.ms));
        calls += step.attempts;
    }
    text::append_field(line, "calls", std::to_string(calls));
    return line;
}

}  // namespace

OutcomeLog::OutcomeLog(const std::shared_ptr<spdlog::logger>& log)
    : log_(log->clone(std::string(log->name()).append(text::field_logger_suffix))) {}

void OutcomeLog::tell(const rules::TimelineEntry& entry) {
    if (log_->should_log(spdlog::level::debug)) log_->debug(line_of(entry));
}

}  // namespace syncing
