#include "sync/person_work.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rules/acts_on.hpp"
#include "rules/person.hpp"
#include "rules/timeline_change.hpp"

namespace syncing {
namespace {

namespace asio = boost::asio;
using api::Answer;

// A booking older than one that we know is not new: it must not create again a contact that was deleted in
// Brevo.
bool is_newest(const rules::Sighting& sighting, const rules::Ledger& ledger) {
    return !sighting.is_moved && std::ranges::all_of(ledger.bookings, [&](const auto& known) {
        const auto& [uri, booking] = known;
        return uri != sighting.invitee.uri && booking.invitee.created_at <= sighting.invitee.created_at;
    });
}

void note(const std::optional<rules::Transition>& transition, rules::Outcome& outcome) {
    outcome.is_acted_on = true;
    if (transition) outcome.transitions.push_back(*transition);
}

struct Folded {
    std::optional<rules::Transition> transition;
    rules::TimelineOutcome outcome;
};

// A change that was done before is no news.
template <typename Told>
Folded fold(const Told& told, const rules::Hearing& hearing, rules::Outcome& outcome) {
    using rules::TimelineOutcome;
    const auto known = outcome.ledger.done.size();
    auto transition = rules::fold(outcome.ledger, told);
    const bool is_news = outcome.ledger.done.size() > known;
    if (hearing.is_missed && is_news) outcome.missed += outcome.ledger.done.size() - known;
    if (!transition) return {transition, is_news ? TimelineOutcome::left_alone : TimelineOutcome::repeated};
    if (!hearing.events) return {std::nullopt, TimelineOutcome::quiet};
    return {std::move(transition), TimelineOutcome::synced};
}

rules::TimelineEntry entry_of(const Item& item) {
    auto entry = rules::timeline_entry(item.delivery);
    entry.received_ms = item.entry.received_ms;
    return entry;
}

}  // namespace

PersonWork::PersonWork(const rules::Mapping& mapping, Leases& leases, Links& links, Settle& settle,
                       OpenWork& open_work, DeadLetters& dead_letters, ServiceClass service)
    : mapping_(mapping),
      leases_(leases),
      links_(links),
      settle_(settle),
      open_work_(open_work),
      dead_letters_(dead_letters),
      service_(service) {}

// One bad entry must not take its neighbours along: when a batch is refused, each is tried by itself.
asio::awaitable<void> PersonWork::process(std::string person, Batch batch) {
    std::set<std::string> people{person};
    Attempt attempt;
    while (!attempt.is_done) attempt = co_await try_once(person, batch, people);
    if (!attempt.refusal) co_return;
    if (batch.size() == 1) {
        EntryFault fault(std::move(*attempt.refusal), FaultKind::brevo);
        co_await bury(std::move(batch.front()), std::move(fault), std::move(attempt.steps));
        co_return;
    }
    for (auto& item : batch) {
        Batch single;
        single.push_back(std::move(item));
        co_await process(person, std::move(single));
    }
}

// The leases are given back however it ends, and what Brevo has already is recorded.
asio::awaitable<PersonWork::Attempt> PersonWork::try_once(std::string person, Batch& batch,
                                                          std::set<std::string>& people) {
    auto hold = co_await leases_.acquire(people, service_);
    Attempt attempt;
    std::exception_ptr trouble;
    try {
        attempt = co_await work_on(person, batch, people, hold);
    } catch (const std::exception&) {
        trouble = std::current_exception();
    }
    if (trouble || attempt.refusal || !attempt.is_done) co_await open_work_.save(people, hold);
    co_await leases_.release(hold);
    if (trouble) std::rethrow_exception(trouble);
    co_return attempt;
}

// Not done when it turns out that more people are concerned, or when a lease was lost: then the same again.
asio::awaitable<PersonWork::Attempt> PersonWork::work_on(std::string person, Batch& batch,
                                                         std::set<std::string>& people, Leases::Hold& hold) {
    News news = co_await learn(person, std::move(batch), hold);
    batch = std::move(news.batch);
    if (batch.empty()) co_return Attempt{true, {}};
    const auto known = people.size();
    for (const auto& [other, sightings] : news.others) people.insert(other);
    if (people.size() > known) co_return Attempt{};
    const auto settled = co_await settle_all(person, news, ids_of(batch), hold);
    if (settled) co_return Attempt{true, {}};
    if (settled.error().remedy == api::Remedy::withheld) co_return Attempt{};
    Attempt refused{true, settled.error()};
    if (!news.outcome.timeline.empty()) refused.steps = std::move(news.outcome.timeline.front().steps);
    co_return refused;
}

asio::awaitable<PersonWork::News> PersonWork::learn(std::string person, Batch batch,
                                                    const Leases::Hold& hold) {
    News news;
    news.outcome = settle_.load(hold.of(person));
    for (auto& item : batch) {
        const bool is_usable = co_await learn_one(person, item, news);
        if (is_usable) news.batch.push_back(std::move(item));
    }
    co_return news;
}

asio::awaitable<bool> PersonWork::learn_one(const std::string& person, const Item& item, News& news) {
    auto& ledger = news.outcome.ledger;
    const auto telling = telling_of(item.entry);
    auto entry = entry_of(item);
    if (ledger.done.contains(entry.change_id)) {
        news.outcome.timeline.push_back(std::move(entry));
        co_return true;
    }
    if (item.delivery.routing_form) {
        const auto& form = *item.delivery.routing_form;
        const auto folded = fold(form, rules::hearing_of(telling, form.created_at), news.outcome);
        note(folded.transition, news.outcome);
        entry.outcome = folded.outcome;
        news.outcome.timeline.push_back(std::move(entry));
        co_return true;
    }
    auto sightings = co_await links_.follow(item.delivery, received_at(item), !item.entry.origin.empty(), ledger,
                                            entry.steps);
    if (!sightings) {
        EntryFault fault(sightings.error(), FaultKind::calendly);
        co_await bury(item, std::move(fault), std::move(entry.steps));
        co_return false;
    }
    for (auto& sighting : *sightings) sighting.hearing = rules::hearing_of(telling, sighting.at);
    fold_all(person, std::move(*sightings), std::move(entry), news);
    co_return true;
}

// The timeline has each change that Brevo is told; of an entry that tells none, its own.
void PersonWork::fold_all(const std::string& person, rules::Sightings sightings, rules::TimelineEntry entry,
                          News& news) const {
    using rules::TimelineOutcome;
    bool is_told = false;
    for (auto& sighting : sightings) {
        const auto whose = rules::person_of(sighting.invitee.email);
        if (whose != person) {
            news.others[whose].push_back({std::move(sighting), entry});
            continue;
        }
        const auto outcome = fold_in(sighting, news.outcome);
        if (outcome == TimelineOutcome::synced) {
            auto& synced = news.outcome.timeline.emplace_back(rules::timeline_entry(sighting, entry));
            synced.outcome = outcome;
            is_told = true;
            continue;
        }
        if (entry.change_id.empty()) entry.change_id = sighting.change_id;
        entry.outcome = rules::weightier(entry.outcome, outcome);
    }
    if (!is_told) news.outcome.timeline.push_back(std::move(entry));
}

// The owner of the entries last: when Brevo refuses that one, the others have learned their part.
asio::awaitable<Answer<brevo::Done>> PersonWork::settle_all(std::string person, News& news,
                                                            std::vector<std::string> entry_ids,
                                                            Leases::Hold& hold) {
    std::vector<Concerned> people;
    for (const auto& [other, all_told] : news.others) {
        auto outcome = settle_.load(hold.of(other));
        for (const auto& told : all_told) {
            auto entry = rules::timeline_entry(told.sighting, told.entry);
            entry.outcome = fold_in(told.sighting, outcome);
            if (entry.outcome != rules::TimelineOutcome::repeated)
                outcome.timeline.push_back(std::move(entry));
        }
        people.push_back({other, std::move(outcome)});
    }
    people.push_back({std::move(person), std::move(news.outcome)});
    auto settled = co_await settle_.settle(people, std::move(entry_ids), hold);
    news.outcome = std::move(people.back().outcome);
    co_return settled;
}

rules::TimelineOutcome PersonWork::fold_in(const rules::Sighting& sighting, rules::Outcome& outcome) const {
    outcome.is_new_booking |= is_newest(sighting, outcome.ledger);
    const auto folded = fold(sighting, sighting.hearing, outcome);
    const bool is_acted_on = rules::acts_on(mapping_.sync, sighting);
    if (is_acted_on) note(folded.transition, outcome);
    if (folded.outcome == rules::TimelineOutcome::synced && !is_acted_on)
        return rules::TimelineOutcome::left_alone;
    return folded.outcome;
}

asio::awaitable<void> PersonWork::bury(Item item, EntryFault fault, rules::Steps steps) {
    auto label = fmt::format("entry {} ({})", item.entry.id, item.delivery.event);
    auto told = entry_of(item);
    told.person = rules::person_in(item.delivery);
    told.steps = std::move(steps);
    return dead_letters_.bury(std::move(item.entry), std::move(label), std::move(fault), std::move(told));
}

}  // namespace syncing
