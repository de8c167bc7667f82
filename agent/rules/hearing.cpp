#include "rules/hearing.hpp"

namespace rules {
namespace {

constexpr std::chrono::hours webhooks_come_within{24};  // so long Calendly tries again

}  // namespace

Hearing hearing_of(const Telling& telling, Timestamp change) {
    const bool is_young = telling.appended_at - change < webhooks_come_within;
    const bool is_quiet = telling.is_backfill && !is_young;
    return {!is_quiet || telling.with_events, !is_quiet || telling.with_lists, telling.is_reconcile};
}

}  // namespace rules
