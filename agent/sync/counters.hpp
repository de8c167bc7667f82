// What a connector has done since the agent started. Counts only: nothing is decided by them.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "api/histogram.hpp"
#include "rules/fallback.hpp"
#include "rules/fold.hpp"

namespace syncing {

using rules::Fallback;

// How an entry of the stream ended.
enum class EntryOutcome {
    dead,      // it went to the dead letters
    ignored,   // an event that needs nothing, or that nobody knows
    probe,     // one of our own, that shows the path to be whole
    repeated,  // all of it was known and done before
    synced     // Brevo and the ledger are up to date with it
};
inline constexpr std::array all_entry_outcomes = {EntryOutcome::dead, EntryOutcome::ignored,
                                                  EntryOutcome::probe, EntryOutcome::repeated,
                                                  EntryOutcome::synced};

// "dead", "ignored", ...: the label `outcome` of the metrics.
std::string_view to_string(EntryOutcome outcome) noexcept;

// What work is repeated for: see sync/troubles.hpp.
enum class TroubleKind {
    key,      // until somebody has looked after a key in Redis
    machine,  // until the machine is well again
    right     // until the user of Redis has a right that a part of the work needs
};
inline constexpr std::array all_trouble_kinds = {TroubleKind::key, TroubleKind::machine, TroubleKind::right};

// Why an entry can never be synced.
enum class FaultKind {
    brevo,     // Brevo refuses what follows from it, for good
    calendly,  // Calendly refuses, for good, what it was asked about the entry
    lacking,   // it tells too little: no body, no e-mail
    malformed  // it cannot be read
};
inline constexpr std::array all_fault_kinds = {FaultKind::brevo, FaultKind::calendly, FaultKind::lacking,
                                               FaultKind::malformed};

// "refused_by_brevo", "refused_by_calendly", "lacking", "malformed": the label `reason` of the metrics.
std::string_view to_string(FaultKind kind) noexcept;

// "key", "machine", "right": the label `kind` of the metrics.
std::string_view to_string(TroubleKind kind) noexcept;

struct FallbackCause {
    rules::Fallback fallback{};
    std::string detail;  // "": none

    auto operator<=>(const FallbackCause&) const = default;
};

// "attribute refused: SMS".
std::string to_string(const FallbackCause& cause);

// When deliveries came and how long they took, Unix ms; the ages are of this minute and the one before.
struct Pace {
    std::uint64_t received = 0;         // deliveries that this agent took up
    std::int64_t last_received_ms = 0;  // by the edge; 0: none yet
    std::int64_t last_synced_ms = 0;    // likewise
    struct Minute {
        std::int64_t begins_ms = 0;
        std::int64_t worst_age_ms = -1;  // from delivery to commit; -1: none was committed
    };
    std::array<Minute, 2> minutes{};  // this one first

    void note_received(std::int64_t received_ms) noexcept;
    void note_synced(std::int64_t received_ms, std::int64_t committed_ms) noexcept;
};

// From a delivery to its commit, seconds.
inline constexpr std::array<double, 14> end_to_end_seconds = {0.1, 0.25, 0.5, 1,   2.5,  5,    10,
                                                              30,  60,   300, 900, 3600, 7200, 86'400};

// What has not been counted yet is in no map.
struct Counters {
    std::map<EntryOutcome, std::uint64_t> entries;
    std::map<rules::Change, std::uint64_t> events;  // sent to Brevo
    std::map<FallbackCause, std::uint64_t> fallbacks;
    std::map<TroubleKind, std::uint64_t> troubles;  // attempts that met one
    std::uint64_t contacts_written = 0;
    std::uint64_t missed_by_webhook = 0;  // changes that only a reconciliation told of
    std::uint64_t leases_lost = 0;        // of people: others took them over meanwhile
    std::map<FaultKind, std::uint64_t> dead_letters{};
    api::Histogram end_to_end{end_to_end_seconds};  // of webhooks
    Pace pace{};                                    // of webhooks
};

}  // namespace syncing
