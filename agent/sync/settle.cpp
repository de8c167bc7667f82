#include "sync/settle.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "redis/error.hpp"
#include "redis/unix_ms.hpp"
#include "text/mask.hpp"

namespace syncing {

namespace asio = boost::asio;

Settle::Settle(redis::PersonStore& store, OpenWork& open_work, BrevoWriter& writer, Counters& counters,
               const std::shared_ptr<spdlog::logger>& log, ServiceClass service)
    : store_(store),
      open_work_(open_work),
      writer_(writer),
      counters_(counters),
      log_(log),
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

asio::awaitable<api::Answer<brevo::Done>> Settle::settle(std::string person, rules::Outcome& outcome,
                                                         std::vector<std::string> entry_ids,
                                                         Leases::Hold& hold) {
    const bool is_news = outcome.is_news();
    if (!is_news && entry_ids.empty()) co_return brevo::Done{};
    if (is_news) {
        const auto performed = co_await writer_.perform(person, outcome, hold);
        if (!performed) co_return performed;
    }
    const auto count = entry_ids.size();
    const bool is_committed = co_await commit(person, outcome, std::move(entry_ids), hold);
    if (!is_committed) co_return lost_lease();
    counters_.missed_by_webhook += outcome.missed;
    note_outcomes(outcome.timeline);
    if (count > 0) counters_.entries[is_news ? EntryOutcome::synced : EntryOutcome::repeated] += count;
    co_return brevo::Done{};
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

asio::awaitable<bool> Settle::commit(std::string person, rules::Outcome& outcome,
                                     std::vector<std::string> entry_ids, Leases::Hold& hold) {
    rules::tell_what_was_sent(outcome.timeline, outcome.progress.sent);
    const auto& done = outcome.ledger.done;
    std::erase_if(outcome.progress.sent, [&](const auto& id) { return done.contains(id); });
    outcome.progress.lists.clear();
    const auto now = redis::unix_ms();
    for (auto& entry : outcome.timeline) {
        entry.person = person;
        entry.committed_ms = now.count();
    }
    redis::Commit commit{outcome.changed_ledger(), rules::serialize(outcome.progress), std::move(entry_ids),
                         outcome.timeline};
    const auto lease = hold.of(person).lease;
    const bool is_known_lost = hold.of(person).until.count() == 0;
    const bool is_committed = co_await store_.commit(lease, std::move(commit));
    if (!is_committed && !is_known_lost) ++counters_.leases_lost;
    hold.give_up(person);
    if (is_committed) open_work_.close(person);
    co_return is_committed;
}

}  // namespace syncing
