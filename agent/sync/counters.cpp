#include "sync/counters.hpp"

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

std::string to_string(const FallbackCause& cause) {
    std::string text(rules::to_string(cause.fallback));
    if (!cause.detail.empty()) text.append(": ").append(cause.detail);
    return text;
}

}  // namespace syncing
