#include "sync/counters.hpp"

#include <algorithm>

namespace syncing {

std::string_view to_string(EntryOutcome outcome) noexcept {
    switch (outcome) {
        case EntryOutcome::dead:
            return "dead";
        case EntryOutcome::ignored:
            return "ignored";
        case EntryOutcome::probe:
            return "probe";
        case EntryOutcome::repeated:
            return "repeated";
        case EntryOutcome::synced:
            return "synced";
    }
    return {};
}

std::string_view to_string(FaultKind kind) noexcept {
    switch (kind) {
        case FaultKind::brevo:
            return "refused_by_brevo";
        case FaultKind::calendly:
            return "refused_by_calendly";
        case FaultKind::lacking:
            return "lacking";
        case FaultKind::malformed:
            return "malformed";
    }
    return {};
}

std::string_view to_string(TroubleKind kind) noexcept {
    switch (kind) {
        case TroubleKind::key:
            return "key";
        case TroubleKind::machine:
            return "machine";
        case TroubleKind::right:
            return "right";
    }
    return {};
}

void Pace::note_received(std::int64_t received_ms) noexcept {
    ++received;
    last_received_ms = std::max(last_received_ms, received_ms);
}

void Pace::note_synced(std::int64_t received_ms, std::int64_t committed_ms) noexcept {
    constexpr std::int64_t minute_ms = 60'000;
    last_synced_ms = std::max(last_synced_ms, committed_ms);
    const auto begins_ms = committed_ms / minute_ms * minute_ms;
    if (begins_ms > minutes[0].begins_ms) {
        minutes[1] = minutes[0];
        minutes[0] = {begins_ms};
    }
    minutes[0].worst_age_ms =
        std::max({minutes[0].worst_age_ms, committed_ms - received_ms, std::int64_t{0}});
}

std::string to_string(const FallbackCause& cause) {
    std::string text(rules::to_string(cause.fallback));
    if (!cause.detail.empty()) text.append(": ").append(cause.detail);
    return text;
}

}  // namespace syncing
