#include "sync/person_work.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "redis/error.hpp"
#include "rules/person.hpp"

namespace syncing {
namespace {

namespace asio = boost::asio;
using api::Answer;

std::vector<std::string> ids_of(const Batch& batch) {
    std::vector<std::string> ids;
    for (const auto& item : batch) ids.push_back(item.entry.id);
    return ids;
}

// Bookings that were made before those that are known are no news of the person.
bool is_newest(const rules::Sighting& sighting, const rules::Ledger& ledger) {
    return !sighting.is_moved && std::ranges::all_of(ledger.bookings, [&](const auto& known) {
        const auto& [uri, booking] = known;
        return uri != sighting.invitee.uri && booking.invitee.created_at <= sighting.invitee.created_at;
    });
}

// The edge's clock; answers of the API that were asked for earlier do not count.
std::chrono::system_clock::time_point received_at(const shared::WebhookEntry& entry) {
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(entry.received_ms));
}

}  // namespace

PersonWork::PersonWork(const config::Connector& connector, DeadLetters& dead_letters, Links& links,
                       Performer& performer, Leases& leases, Counters& counters,
                       std::shared_ptr<spdlog::logger> log)
    : connector_(connector),
      dead_letters_(dead_letters),
      links_(links),
      performer_(performer),
      leases_(leases),
      counters_(counters),
      limited_log_(std::move(log)) {}

// One bad entry must not take its neighbours along: when a batch is refused, each is tried by itself.
asio::awaitable<void> PersonWork::process(std::string person, Batch batch) {
    std::set<std::string> people{person};
    Attempt attempt;
    while (!attempt.is_done) attempt = co_await try_once(person, batch, people);
    if (!attempt.refusal) co_return;
    if (batch.size() == 1) {
        co_await bury(std::move(batch.front()), *attempt.refusal);
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
    auto hold = co_await leases_.acquire(people);
    Attempt attempt;
    std::exception_ptr trouble;
    try {
        attempt = co_await work_on(person, batch, people, hold);
    } catch (const std::exception&) {
        trouble = std::current_exception();
    }
    if (trouble || attempt.refusal || !attempt.is_done) co_await let_go(people, hold);
    co_await leases_.release(hold);
    if (trouble) std::rethrow_exception(trouble);
    co_return attempt;
}

asio::awaitable<void> PersonWork::let_go(std::set<std::string> people, const Leases::Hold& hold) {
    try {
        for (const auto& person : people) co_await performer_.save_progress(person, hold);
    } catch (const redis::Error& error) {
        limited_log_.warn("progress", fmt::format("{}; progress is kept in memory only", error.what()));
    }
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
    auto told = co_await tell_others(news, hold);
    const bool is_news = news.outcome.is_news();
    if (told && is_news) told = co_await performer_.perform(person, news.outcome, hold);
    if (!told) co_return attempt_after(told.error());
    const auto outcome = is_news ? EntryOutcome::synced : EntryOutcome::repeated;
    const bool is_committed =
        co_await performer_.commit(person, std::move(news.outcome), ids_of(batch), hold);
    if (is_committed) counters_.entries[outcome] += batch.size();
    co_return Attempt{is_committed, {}};
}

PersonWork::Attempt PersonWork::attempt_after(const api::ApiFailure& failure) {
    if (failure.remedy == api::Remedy::withheld) return Attempt{};
    return Attempt{true, failure};
}

asio::awaitable<PersonWork::News> PersonWork::learn(std::string person, Batch batch,
                                                    const Leases::Hold& hold) {
    News news;
    news.outcome = performer_.load(hold.of(person));
    for (auto& item : batch) {
        const bool is_usable = co_await learn_one(person, item, news);
        if (is_usable) news.batch.push_back(std::move(item));
    }
    co_return news;
}

asio::awaitable<bool> PersonWork::learn_one(const std::string& person, const Item& item, News& news) {
    rules::Ledger& ledger = news.outcome.ledger;
    if (ledger.done.contains(rules::own_change_id(item.delivery))) co_return true;
    if (item.delivery.routing_form) {
        note(rules::fold(ledger, *item.delivery.routing_form), news.outcome);
        co_return true;
    }
    const auto sightings = co_await links_.follow(item.delivery, received_at(item.entry), ledger);
    if (!sightings) {
        co_await bury(item, sightings.error());
        co_return false;
    }
    for (const auto& sighting : *sightings) {
        const auto whose = rules::person_of(sighting.invitee.email);
        if (whose == person) {
            fold_in(sighting, news.outcome);
        } else {
            news.others[whose].push_back(sighting);
        }
    }
    co_return true;
}

asio::awaitable<Answer<brevo::Done>> PersonWork::tell_others(const News& news, Leases::Hold& hold) {
    for (const auto& [person, sightings] : news.others) {
        const auto told = co_await tell_other(person, sightings, hold);
        if (!told) co_return told;
    }
    co_return brevo::Done{};
}

asio::awaitable<Answer<brevo::Done>> PersonWork::tell_other(std::string person, rules::Sightings sightings,
                                                            Leases::Hold& hold) {
    rules::Outcome outcome = performer_.load(hold.of(person));
    for (const auto& sighting : sightings) fold_in(sighting, outcome);
    if (!outcome.is_news()) co_return brevo::Done{};
    const auto told = co_await performer_.perform(person, outcome, hold);
    if (!told) co_return told;
    std::vector<std::string> no_entries;
    const bool is_committed =
        co_await performer_.commit(person, std::move(outcome), std::move(no_entries), hold);
    if (is_committed) co_return brevo::Done{};
    co_return lost_lease();
}

void PersonWork::fold_in(const rules::Sighting& sighting, rules::Outcome& outcome) {
    outcome.is_new_booking |= is_newest(sighting, outcome.ledger);
    const auto transition = rules::fold(outcome.ledger, sighting);
    if (rules::acts_on(connector_.mapping.sync, sighting)) note(transition, outcome);
}

void PersonWork::note(const std::optional<rules::Transition>& transition, rules::Outcome& outcome) {
    outcome.is_acted_on = true;
    if (!transition) return;
    outcome.transitions.push_back(*transition);
}

asio::awaitable<void> PersonWork::refuse(Batch batch, std::string reason) {
    api::ApiFailure failure;
    failure.reason = std::move(reason);
    for (auto& item : batch) co_await bury(std::move(item), failure);
}

asio::awaitable<void> PersonWork::bury(Item item, api::ApiFailure failure) {
    auto label = fmt::format("entry {} ({})", item.entry.id, item.delivery.event);
    return dead_letters_.bury(std::move(item.entry), std::move(label), std::move(failure));
}

}  // namespace syncing
