#include "operating/observer.hpp"

#include <algorithm>

#include "redis/unix_ms.hpp"

namespace operating {
namespace {

constexpr auto minute_length = std::chrono::minutes(1);

std::uint64_t number_of(const syncing::Counters& counters, syncing::EntryOutcome outcome) {
    const auto found = counters.entries.find(outcome);
    return found == counters.entries.end() ? 0 : found->second;
}

// Counters begin anew with each reading of the configuration.
std::uint64_t growth(std::uint64_t before, std::uint64_t now) {
    return now >= before ? now - before : now;
}

// Up to that of `now`, without a hole.
void begin_minutes(std::vector<Minute>& minutes, SystemTime now, std::size_t kept) {
    const SystemTime current = std::chrono::floor<std::chrono::minutes>(now);
    const auto oldest = current - minute_length * (static_cast<int>(kept) - 1);
    if (minutes.empty() || minutes.back().begins < oldest || minutes.back().begins > current) {
        minutes.clear();
        for (auto begins = oldest; begins <= current; begins += minute_length)
            minutes.push_back({.begins = begins});
        return;
    }
    while (minutes.back().begins < current)
        minutes.push_back({.begins = minutes.back().begins + minute_length});
    std::erase_if(minutes, [&](const auto& minute) { return minute.begins < oldest; });
}

void note_ages(const syncing::Pace& pace, std::vector<Minute>& minutes) {
    for (const auto& told : pace.minutes)
        for (auto& minute : minutes)
            if (redis::unix_ms(minute.begins).count() == told.begins_ms)
                minute.worst_age_ms = std::max(minute.worst_age_ms, told.worst_age_ms);
}

}  // namespace

void Observer::look(std::vector<syncing::ConnectorStatus> connectors, SystemTime now) {
    std::map<std::string, Record, std::less<>> kept;
    observed_.clear();
    auto worst = Verdict::healthy;
    for (auto& status : connectors) {
        auto& record = kept[status.name];
        if (const auto known = records_.find(status.name); known != records_.end())
            record = std::move(known->second);
        observed_.push_back(observe(std::move(status), record, now));
        worst = std::max(worst, observed_.back().verdict);
    }
    records_ = std::move(kept);
    if (worst != verdict_ || since_ == SystemTime{}) since_ = since_ == SystemTime{} ? began_ : now;
    verdict_ = worst;
}

Observed Observer::observe(syncing::ConnectorStatus status, Record& record, SystemTime now) const {
    Observed observed;
    observed.problems = problems_of(status);
    date_problems(observed.problems, record, now);
    observed.verdict = verdict_on(observed.problems);
    observed.since = note(record, "verdict", std::string(to_string(observed.verdict)), now);
    observed.dependencies = dependencies_of(status);
    for (const auto& dependency : observed.dependencies)
        observed.dependencies_since.push_back(
            note(record, std::string(dependency.name), dependency.state, now));
    count(status, record, now);
    observed.minutes = record.minutes;
    observed.status = std::move(status);
    return observed;
}

// What is so at the first look may have been so for longer: it is said since the agent began.
SystemTime Observer::note(Record& record, const std::string& topic, const std::string& value,
                          SystemTime now) const {
    auto [at, is_new] = record.states.try_emplace(topic, State{value, began_});
    if (!is_new && at->second.value != value) at->second = {value, now};
    return at->second.since;
}

void Observer::date_problems(Problems& problems, Record& record, SystemTime now) const {
    constexpr std::string_view prefix = "problem ";
    std::map<std::string, State, std::less<>> present;
    for (auto& problem : problems) {
        auto topic = std::string(prefix).append(problem.id);
        const auto known = record.states.find(topic);
        const auto since = known == record.states.end() ? now : known->second.since;
        if (!problem.since) problem.since = since;
        present.try_emplace(std::move(topic), State{"", since});
    }
    std::erase_if(record.states, [&](const auto& entry) { return entry.first.starts_with(prefix); });
    record.states.merge(present);
}

Observer::Totals Observer::totals_of(const syncing::ConnectorStatus& status) {
    const auto calls = [&](api::ApiName api) { return status.apis.of(api).calls; };
    return {status.counters.pace.received, number_of(status.counters, syncing::EntryOutcome::synced),
            number_of(status.counters, syncing::EntryOutcome::dead), calls(api::ApiName::calendly),
            calls(api::ApiName::brevo_contacts) + calls(api::ApiName::brevo_events)};
}

void Observer::count(const syncing::ConnectorStatus& status, Record& record, SystemTime now) {
    begin_minutes(record.minutes, now, kept_minutes);
    const auto totals = totals_of(status);
    auto& before = record.totals;
    auto& minute = record.minutes.back();
    minute.received += growth(before.received, totals.received);
    minute.synced += growth(before.synced, totals.synced);
    minute.dead += growth(before.dead, totals.dead);
    minute.calendly_calls += growth(before.calendly_calls, totals.calendly_calls);
    minute.brevo_calls += growth(before.brevo_calls, totals.brevo_calls);
    before = totals;
    note_ages(status.counters.pace, record.minutes);
}

}  // namespace operating
