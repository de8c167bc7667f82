#include "sync/settle.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "redis/error.hpp"
#include "redis/unix_ms.hpp"
#include "text/mask.hpp"

namespace syncing {

namespace asio = boost::asio;

namespace {

// Of people whom there is no news of nothing is written, unless the entries are theirs.
std::vector<Concerned*> those_to_write(std::span<Concerned> people, bool has_entries) {
    std::vector<Concerned*> written;
    for (auto& concerned : people)
        if (concerned.is_news || (has_entries && &concerned == &people.back())) written.push_back(&concerned);
    return written;
}

void finish(rules::Timeline& timeline, const Concerned& concerned, std::chrono::milliseconds now) {
    rules::tell_what_was_sent(timeline, concerned.outcome.progress.sent);
    for (auto& entry : timeline) {
        entry.person = concerned.person;
        entry.committed_ms = now.count();
    }
}

redis::PersonCommit commit_of(Concerned& concerned, const redis::Lease& lease) {
    const auto& done = concerned.outcome.ledger.done;
    auto& progress = concerned.outcome.progress;
    std::erase_if(progress.sent, [&](const auto& id) { return done.contains(id); });
    progress.lists.clear();
    return {lease, concerned.outcome.changed_ledger(), rules::serialize(progress)};
}

}  // namespace

Settle::Settle(redis::PersonStore& store, OpenWork& open_work, BrevoWriter& writer, Counters& counters,
               const std::shared_ptr<spdlog::logger>& log, ServiceClass service)
    : store_(store),
      open_work_(open_work),
      writer_(writer),
      counters_(counters),
      log_(log),
      limited_log_(log),
      service_(service) {}

// A ledger that cannot be read is not the fault of the entries that come for it.
rules::Outcome Settle::load(const HeldPerson& person) const {
    rules::Outcome outcome;
    outcome.stored = person.stored.ledger;
    try {
        outcome.ledger = rules::parse_ledger(outcome.stored);
        outcome.progress = open_work_.load(person);
    } catch (const rules::LedgerError& error) {
        throw redis::BrokenKey(
            fmt::format("{}: {}; look at it with: HGETALL calendly:{{<connector>}}:person:<e-mail>",
                        text::mask_email(person.lease.person), error.what()));
    }
    outcome.ledger.lists.insert(outcome.progress.lists.begin(), outcome.progress.lists.end());
    outcome.done_before = outcome.ledger.done.size();
    outcome.is_unfinished = open_work_.is_open(person);
    return outcome;
}

asio::awaitable<api::Answer<brevo::Done>> Settle::settle(std::vector<Concerned>& people, EntryIds entry_ids,
                                                         Leases::Hold& hold) {
    const std::span all(people);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool is_owner = i + 1 == all.size();
        const auto told = co_await tell(all[i], hold);
        if (!told && told.error().remedy == api::Remedy::withheld) co_return told;
        if (!told && is_owner) {
            EntryIds none;
            const bool is_committed = co_await commit(all.first(i), std::move(none), hold);
            co_return is_committed ? told.error() : lost_lease();
        }
        if (!told) co_await leave_out(all[i], told.error(), hold);
        const bool is_recorded = is_owner || co_await record_sent(all[i], hold);
        if (!is_recorded) co_return lost_lease();
    }
    const bool is_committed = co_await commit(all, std::move(entry_ids), hold);
    if (!is_committed) co_return lost_lease();
    co_return brevo::Done{};
}

asio::awaitable<api::Answer<brevo::Done>> Settle::tell(Concerned& concerned, const Leases::Hold& hold) {
    concerned.is_news = concerned.outcome.is_news();
    if (!concerned.is_news) co_return brevo::Done{};
    auto performed = co_await writer_.perform(concerned.person, concerned.outcome, hold);
    co_return performed;
}

// What the entry says of its owner must not wait for somebody whom Brevo does not take. That person's own
// entries become dead letters.
asio::awaitable<void> Settle::leave_out(Concerned& other, const api::ApiFailure& refusal,
                                        const Leases::Hold& hold) {
    other.is_news = false;
    ++counters_.fallbacks[{Fallback::other_refused, ""}];
    limited_log_.warn("other refused",
                      fmt::format("{}: an entry of another person tells of this one, too, whom Brevo refuses "
                                  "for good: it goes on without; this person's own entries go to the dead "
                                  "letters: {}",
                                  text::mask_email(other.person), api::describe(refusal)));
    std::set<std::string> one{other.person};
    co_await open_work_.save(std::move(one), hold);
}

// A crash while Brevo is told of the next person must not repeat the events of this one.
asio::awaitable<bool> Settle::record_sent(const Concerned& concerned, const Leases::Hold& hold) {
    const auto& progress = concerned.outcome.progress;
    if (!concerned.is_news || progress.sent.empty()) co_return true;
    const bool is_recorded = co_await open_work_.record(hold.of(concerned.person).lease, progress);
    co_return is_recorded;
}

asio::awaitable<bool> Settle::commit(std::span<Concerned> people, EntryIds entry_ids, Leases::Hold& hold) {
    const auto count = entry_ids.size();
    const auto written = those_to_write(people, count > 0);
    if (written.empty()) co_return true;
    const auto now = redis::unix_ms();
    redis::Commit commit;
    commit.entry_ids = std::move(entry_ids);
    bool is_known_lost = false;
    for (auto* concerned : written) {
        auto& timeline = concerned->outcome.timeline;
        finish(timeline, *concerned, now);
        commit.timeline.insert(commit.timeline.end(), timeline.begin(), timeline.end());
        const auto& held = hold.of(concerned->person);
        commit.people.push_back(commit_of(*concerned, held.lease));
        is_known_lost |= held.until.count() == 0;
    }
    const bool is_committed = co_await store_.commit(std::move(commit));
    if (!is_committed && !is_known_lost) ++counters_.leases_lost;
    if (!is_committed) co_return false;
    for (const auto* concerned : written) {
        hold.give_up(concerned->person);
        note_settled(*concerned);
    }
    if (count > 0)
        counters_.entries[people.back().is_news ? EntryOutcome::synced : EntryOutcome::repeated] += count;
    co_return true;
}

void Settle::note_settled(const Concerned& concerned) {
    open_work_.close(concerned.person);
    counters_.missed_by_webhook += concerned.outcome.missed;
    note_outcomes(concerned.outcome.timeline);
}

void Settle::note_outcomes(const rules::Timeline& timeline) {
    for (const auto& entry : timeline) {
        log_.tell(entry);
        if (service_ == ServiceClass::history) continue;
        if (entry.outcome != rules::TimelineOutcome::synced || entry.received_ms <= 0) continue;
        counters_.pace.note_synced(entry.received_ms, entry.committed_ms);
        const auto lasted = std::max(entry.committed_ms - entry.received_ms, std::int64_t{0});
        counters_.end_to_end.observe(static_cast<double>(lasted) / 1000);
    }
}

}  // namespace syncing
