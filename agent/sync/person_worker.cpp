#include "sync/person_worker.hpp"

#include <fmt/format.h>

#include "sync/event.hpp"
#include "sync/mask.hpp"
#include "sync/text.hpp"

namespace syncing {
namespace {

namespace asio = boost::asio;
using http::Answer;

std::vector<std::string> ids_of(const Batch& batch) {
    std::vector<std::string> ids;
    for (const auto& item : batch) ids.push_back(item.entry.id);
    return ids;
}

bool is_acted_on(const Sighting& sighting, const config::Sync& sync) {
    switch (sighting.change) {
        case Change::canceled:
            return sync.cancellations || sighting.is_moved;
        case Change::no_show:
        case Change::no_show_undone:
            return sync.no_shows;
        default:
            return true;
    }
}

bool is_creation(Change change) {
    return change == Change::booked || change == Change::rescheduled;
}

}  // namespace

PersonWorker::PersonWorker(boost::asio::any_io_executor executor, const config::Connector& connector,
                           redis::Store& store, Links& links, ContactWriter& writer, Statistics& statistics,
                           std::shared_ptr<spdlog::logger> log)
    : connector_(connector),
      store_(store),
      links_(links),
      writer_(writer),
      statistics_(statistics),
      log_(std::move(log)),
      locks_(std::move(executor)) {}

asio::awaitable<void> PersonWorker::process(std::string person, Batch batch) {
    std::set<std::string> people{person};
    bool is_interrupted = false;
    try {
        co_await work_through(person, std::move(batch), people);
    } catch (const http::Interrupted&) {
        is_interrupted = true;
    }
    if (!is_interrupted) co_return;
    for (const auto& concerned : people) co_await save_progress(concerned);
    throw http::Interrupted();
}

// One bad entry must not take its neighbours along: when a batch is refused, each is tried by itself.
asio::awaitable<void> PersonWorker::work_through(std::string person, Batch batch,
                                                 std::set<std::string>& people) {
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
        co_await work_through(person, std::move(single), people);
    }
}

// What Brevo has already is recorded, so that whoever goes on neither sends an event twice nor forgets a
// list.
asio::awaitable<void> PersonWorker::save_progress(std::string person) {
    std::set<std::string> people{person};
    const auto lock = co_await locks_.acquire(std::move(people));
    for (bool is_saved = !unrecorded_.contains(person); !is_saved;) {
        const Outcome outcome = co_await load(person);
        is_saved = co_await commit(person, outcome, {});
    }
}

// Not done when it turns out that more people are concerned, or when somebody else changed the ledger
// meanwhile: then the same again.
asio::awaitable<PersonWorker::Attempt> PersonWorker::try_once(std::string person, Batch& batch,
                                                              std::set<std::string>& people) {
    const auto lock = co_await locks_.acquire(people);
    News news = co_await learn(person, batch);
    batch = news.batch;
    if (batch.empty()) co_return Attempt{true, {}};
    const auto known = people.size();
    for (const auto& [other, sightings] : news.others) people.insert(other);
    if (people.size() > known) co_return Attempt{};
    auto acted = co_await tell_others(news);
    if (acted && !news.outcome.is_changed()) {
        co_await store_.discard(ids_of(batch));
        statistics_.entries["repeated"] += batch.size();
        co_return Attempt{true, {}};
    }
    if (acted) acted = co_await act(person, news.outcome);
    if (!acted) co_return Attempt{true, acted.error()};
    const bool is_committed = co_await commit(person, news.outcome, batch);
    if (is_committed) statistics_.entries["synced"] += batch.size();
    co_return Attempt{is_committed, {}};
}

asio::awaitable<PersonWorker::Outcome> PersonWorker::load(std::string person) {
    Outcome outcome;
    outcome.loaded = co_await store_.load(person);
    if (!outcome.loaded.json.empty()) outcome.ledger = parse_ledger(outcome.loaded.json);
    outcome.before = serialize(outcome.ledger);
    if (const auto unrecorded = unrecorded_.find(person); unrecorded != unrecorded_.end()) {
        const auto& [sent, lists] = unrecorded->second;
        outcome.ledger.sent.insert(sent.begin(), sent.end());
        outcome.ledger.lists.insert(lists.begin(), lists.end());
        outcome.before.clear();  // Brevo has what we could not commit: even without news it is written again
        outcome.is_acted_on = true;
    }
    co_return outcome;
}

asio::awaitable<PersonWorker::News> PersonWorker::learn(std::string person, Batch batch) {
    News news;
    news.outcome = co_await load(person);
    for (auto& item : batch) {
        const bool is_usable = co_await learn_one(person, item, news);
        if (is_usable) news.batch.push_back(std::move(item));
    }
    co_return news;
}

asio::awaitable<bool> PersonWorker::learn_one(const std::string& person, const Item& item, News& news) {
    Ledger& ledger = news.outcome.ledger;
    if (ledger.done.contains(own_change_id(item.delivery))) co_return true;
    if (item.delivery.routing_form) {
        note(fold(ledger, *item.delivery.routing_form), news.outcome);
        co_return true;
    }
    const auto sightings = co_await links_.follow(item.delivery, ledger);
    if (!sightings) {
        co_await bury(item, sightings.error());
        co_return false;
    }
    for (const auto& sighting : *sightings) {
        const auto whose = person_of(sighting.invitee.email);
        if (whose == person) {
            fold_in(sighting, news.outcome);
        } else {
            news.others[whose].push_back(sighting);
        }
    }
    co_return true;
}

asio::awaitable<Answer<brevo::Done>> PersonWorker::tell_others(const News& news) {
    for (const auto& [person, sightings] : news.others) {
        const auto told = co_await tell_other(person, sightings);
        if (!told) co_return told;
    }
    co_return brevo::Done{};
}

asio::awaitable<Answer<brevo::Done>> PersonWorker::tell_other(std::string person,
                                                              Links::Sightings sightings) {
    for (bool is_committed = false; !is_committed;) {
        Outcome outcome = co_await load(person);
        for (const auto& sighting : sightings) fold_in(sighting, outcome);
        if (!outcome.is_changed()) break;
        const auto acted = co_await act(person, outcome);
        if (!acted) co_return acted;
        is_committed = co_await commit(person, outcome, {});
    }
    co_return brevo::Done{};
}

asio::awaitable<bool> PersonWorker::commit(std::string person, Outcome outcome, Batch batch) {
    Ledger& ledger = outcome.ledger;
    std::erase_if(ledger.sent, [&](const auto& id) { return ledger.done.contains(id); });
    const bool is_committed =
        co_await store_.commit(person, outcome.loaded, serialize(ledger), ids_of(batch));
    if (is_committed) unrecorded_.erase(person);
    co_return is_committed;
}

void PersonWorker::fold_in(const Sighting& sighting, Outcome& outcome) {
    const auto transition = fold(outcome.ledger, sighting);
    if (is_acted_on(sighting, connector_.sync)) note(transition, outcome);
}

void PersonWorker::note(const std::optional<Transition>& transition, Outcome& outcome) {
    outcome.is_acted_on = true;
    if (!transition) return;
    outcome.is_new_booking |= is_creation(transition->change);
    outcome.transitions.push_back(*transition);
}

asio::awaitable<Answer<brevo::Done>> PersonWorker::act(std::string person, Outcome& outcome) {
    if (!outcome.is_acted_on) co_return brevo::Done{};
    if (connector_.sync.contacts) {
        const auto written = co_await write_contact(person, outcome);
        if (!written) co_return written.error();
        if (*written == Written::gone) {
            ++statistics_.fallbacks["contact deleted in Brevo, left alone"];
            co_return brevo::Done{};
        }
    }
    if (!connector_.sync.events) co_return brevo::Done{};
    auto sent = co_await send_events(person, outcome);
    co_return sent;
}

asio::awaitable<Answer<Written>> PersonWorker::write_contact(const std::string& person, Outcome& outcome) {
    Ledger& ledger = outcome.ledger;
    const auto [contact, problems] = project(person, ledger, connector_, attributes_);
    for (const auto& problem : problems) {
        ++statistics_.fallbacks["value left out: " + problem];
        log_->warn("{}: value left out: {}", mask_email(person), problem);
    }
    const bool may_create = outcome.is_new_booking || !ledger.contact_written;
    const auto written = co_await writer_.write(contact, may_create, {});
    if (!written) co_return written;
    const bool is_there = *written == Written::yes;
    ledger.lists.clear();
    if (is_there) ledger.lists.insert(contact.join_lists.begin(), contact.join_lists.end());
    unrecorded_[person].lists = ledger.lists;
    ledger.contact_written = true;
    if (is_there) ++statistics_.contacts_written;
    co_return written;
}

asio::awaitable<Answer<brevo::Done>> PersonWorker::send_events(const std::string& person,
                                                               const Outcome& outcome) {
    for (const auto& transition : outcome.transitions) {
        if (outcome.ledger.sent.contains(transition.change_id)) continue;
        const auto event = make_event(person, outcome.ledger, transition);
        const auto answer = co_await writer_.send(event, {});
        if (!answer) co_return answer;
        unrecorded_[person].sent.insert(transition.change_id);
        ++statistics_.events[event.name];
        log_->info("{}: {} sent, {}", mask_email(person), event.name, transition.change_id);
    }
    co_return brevo::Done{};
}

asio::awaitable<void> PersonWorker::refuse(Batch batch, std::string reason) {
    http::ApiFailure failure;
    failure.reason = std::move(reason);
    for (auto& item : batch) co_await bury(std::move(item), failure);
}

asio::awaitable<void> PersonWorker::bury(Item item, http::ApiFailure failure) {
    redis::DeadLetter letter;
    letter.reason = failure.reason;
    letter.attempts = failure.attempts;
    if (failure.status != 0) letter.response = fmt::format("{} {}", failure.status, failure.body);
    log_->error("entry {} ({}) goes to the dead letters: {}", item.entry.id, item.delivery.event,
                describe(failure));
    letter.entry = std::move(item.entry);
    co_await store_.bury(std::move(letter));
    ++statistics_.entries["dead"];
}

}  // namespace syncing
