#include "sync/person_work.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rules/acts_on.hpp"
#include "rules/person.hpp"

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

// A change that was done before is no news.
template <typename Told>
std::optional<rules::Transition> fold(const Told& told, const rules::Hearing& hearing,
                                      rules::Outcome& outcome) {
    const auto known = outcome.ledger.done.size();
    auto transition = rules::fold(outcome.ledger, told);
    if (hearing.is_missed) outcome.missed += outcome.ledger.done.size() - known;
    if (!hearing.events) transition.reset();
    return transition;
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
        EntryFault fault(std::move(*attempt.refusal));
        co_await bury(std::move(batch.front()), std::move(fault));
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
    const auto settled = co_await settle_all(person, std::move(news), ids_of(batch), hold);
    if (settled) co_return Attempt{true, {}};
    if (settled.error().remedy == api::Remedy::withheld) co_return Attempt{};
    co_return Attempt{true, settled.error()};
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
    if (ledger.done.contains(rules::own_change_id(item.delivery))) co_return true;
    if (item.delivery.routing_form) {
        const auto& form = *item.delivery.routing_form;
        note(fold(form, rules::hearing_of(telling, form.created_at), news.outcome), news.outcome);
        co_return true;
    }
    auto sightings = co_await links_.follow(item.delivery, received_at(item), ledger);
    if (!sightings) {
        EntryFault fault(sightings.error());
        co_await bury(item, std::move(fault));
        co_return false;
    }
    for (auto& sighting : *sightings) {
        sighting.hearing = rules::hearing_of(telling, sighting.at);
        const auto whose = rules::person_of(sighting.invitee.email);
        if (whose == person) {
            fold_in(sighting, news.outcome);
        } else {
            news.others[whose].push_back(sighting);
        }
    }
    co_return true;
}

// The others first: when the entries are gone from the stream, nobody would tell of them any more.
asio::awaitable<Answer<brevo::Done>> PersonWork::settle_all(std::string person, News news,
                                                            std::vector<std::string> entry_ids,
                                                            Leases::Hold& hold) {
    for (const auto& [other, sightings] : news.others) {
        auto outcome = settle_.load(hold.of(other));
        for (const auto& sighting : sightings) fold_in(sighting, outcome);
        std::vector<std::string> no_entries;
        const auto settled = co_await settle_.settle(other, std::move(outcome), std::move(no_entries), hold);
        if (!settled) co_return settled;
    }
    auto settled = co_await settle_.settle(person, std::move(news.outcome), std::move(entry_ids), hold);
    co_return settled;
}

void PersonWork::fold_in(const rules::Sighting& sighting, rules::Outcome& outcome) const {
    outcome.is_new_booking |= is_newest(sighting, outcome.ledger);
    const auto transition = fold(sighting, sighting.hearing, outcome);
    if (rules::acts_on(mapping_.sync, sighting)) note(transition, outcome);
}

asio::awaitable<void> PersonWork::bury(Item item, EntryFault fault) {
    auto label = fmt::format("entry {} ({})", item.entry.id, item.delivery.event);
    return dead_letters_.bury(std::move(item.entry), std::move(label), std::move(fault));
}

}  // namespace syncing
