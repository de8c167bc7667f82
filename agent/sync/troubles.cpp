#include "sync/troubles.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include <fmt/format.h>

#include "redis/error.hpp"
#include "sync/connector_status.hpp"
#include "text/mask.hpp"
#include "text/text.hpp"

namespace syncing {
namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr std::chrono::seconds noted_for{60};
constexpr std::size_t most_reports = 8;
constexpr std::size_t longest_cause = 300;  // bytes

TroubleKind kind_of(const std::exception& error) {
    if (dynamic_cast<const redis::BrokenKey*>(&error)) return TroubleKind::key;
    if (dynamic_cast<const redis::MissingRight*>(&error)) return TroubleKind::right;
    return TroubleKind::machine;
}

std::string line_of(const Trouble& trouble, const std::string& next) {
    if (trouble.kind == TroubleKind::right)
        return fmt::format("a right is missing in Redis: {}; {}", trouble.cause, next);
    const auto* what = trouble.kind == TroubleKind::key ? "a key in Redis is broken" : "machine trouble";
    return fmt::format("{}: {}; the entries concerned stay pending, {}", what, trouble.cause, next);
}

}  // namespace

Trouble trouble_of(const std::exception& error) {
    const auto words = text::mask_words(text::clip(error.what(), 2 * longest_cause));
    return {kind_of(error), std::string(text::clip(words, longest_cause))};
}

Troubles::Troubles(shared::BackOff back_off, Counters& counters, std::shared_ptr<spdlog::logger> log)
    : back_off_(back_off), counters_(counters), limited_log_(std::move(log)) {}

// Without memory even that cannot be said; the work is repeated all the same.
std::chrono::milliseconds Troubles::Work::meets(const std::exception& error) {
    const auto pause = shared::upper_half(all_.back_off_.whole(++failures_), all_.random_());
    try {
        auto trouble = trouble_of(error);
        kind_ = trouble.kind;
        all_.say(trouble, fmt::format("next attempt in {} ms", pause.count()));
        if (!met_)
            met_ = list_->insert(list_->end(), {{}, system_clock::now(), steady_clock::time_point::max()});
        (*met_)->trouble = std::move(trouble);
    } catch (const std::bad_alloc&) {
        return pause;
    }
    return pause;
}

void Troubles::Work::is_well() noexcept {
    if (met_) list_->erase(*met_);
    met_.reset();
    failures_ = 0;
}

void Troubles::note(const std::exception& error, std::string_view next) {
    const auto now = steady_clock::now();
    std::erase_if(*met_, [now](const Met& met) { return met.until <= now; });
    auto trouble = trouble_of(error);
    say(trouble, std::string(next));
    met_->push_back({std::move(trouble), system_clock::now(), now + noted_for});
}

void Troubles::say(const Trouble& trouble, const std::string& next) {
    ++counters_.troubles[trouble.kind];
    limited_log_.error(trouble.cause, line_of(trouble, next));
}

std::vector<TroubleReport> Troubles::reports() const {
    std::map<Trouble, TroubleReport> by_trouble;
    const auto now = steady_clock::now();
    for (const auto& met : *met_) {
        if (met.until <= now) continue;
        auto& report =
            by_trouble
                .try_emplace(met.trouble, TroubleReport{met.trouble.kind, met.trouble.cause, 0, met.since})
                .first->second;
        ++report.pieces;
        report.since = std::min(report.since, met.since);
    }
    std::vector<TroubleReport> reports;
    for (auto& [trouble, report] : by_trouble) reports.push_back(std::move(report));
    std::ranges::stable_sort(reports, {}, &TroubleReport::since);
    if (reports.size() > most_reports) reports.resize(most_reports);
    return reports;
}

}  // namespace syncing
