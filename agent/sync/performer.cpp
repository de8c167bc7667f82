#include "sync/performer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rules/brevo_event.hpp"
#include "text/mask.hpp"

namespace syncing {
namespace {

namespace asio = boost::asio;
using api::Answer;

void merge(rules::Progress& to, const rules::Progress& from) {
    to.sent.insert(from.sent.begin(), from.sent.end());
    to.lists.insert(from.lists.begin(), from.lists.end());
}

}  // namespace

Performer::Performer(const config::Connector& connector, redis::PersonStore& store,
                     const rules::Account& account, ContactWriter& writer, Counters& counters,
                     std::shared_ptr<spdlog::logger> log)
    : connector_(connector),
      store_(store),
      account_(account),
      writer_(writer),
      counters_(counters),
      log_(std::move(log)),
      limited_log_(log_) {}

rules::Outcome Performer::load(const HeldPerson& person) const {
    rules::Outcome outcome;
    outcome.stored = person.stored.ledger;
    outcome.ledger = rules::parse_ledger(outcome.stored);
    outcome.progress = rules::parse_progress(person.stored.progress);
    const auto unrecorded = unrecorded_.find(person.lease.person);
    if (unrecorded != unrecorded_.end()) merge(outcome.progress, unrecorded->second);
    outcome.ledger.lists.insert(outcome.progress.lists.begin(), outcome.progress.lists.end());
    outcome.done_before = outcome.ledger.done.size();
    outcome.is_unfinished = unrecorded != unrecorded_.end() || !person.stored.progress.empty();
    return outcome;
}

asio::awaitable<Answer<brevo::Done>> Performer::perform(std::string person, rules::Outcome& outcome,
                                                        const Leases::Hold& hold) {
    if (!outcome.is_acted_on && !outcome.is_unfinished) co_return brevo::Done{};
    if (connector_.mapping.sync.contacts) {
        const auto written = co_await write_contact(person, outcome, hold);
        if (!written) co_return written.error();
        if (*written == Written::gone) {
            ++counters_.fallbacks[{Fallback::contact_left_deleted, ""}];
            log_->info("{}: was deleted in Brevo; only a new booking creates it again",
                       text::mask_email(person));
            co_return brevo::Done{};
        }
    }
    if (!connector_.mapping.sync.events) co_return brevo::Done{};
    auto sent = co_await send_events(person, outcome, hold);
    co_return sent;
}

void Performer::report(const std::string& person, const std::vector<std::string>& problems) {
    for (const auto& problem : problems) {
        ++counters_.fallbacks[{Fallback::value_left_out, problem}];
        limited_log_.warn(problem, fmt::format("{}: value left out: {}", text::mask_email(person), problem));
    }
}

// Whoever finds the contact on these lists after a crash must know that it was put there from here.
asio::awaitable<bool> Performer::record_joining(const brevo::Contact& contact, rules::Outcome& outcome,
                                                const Leases::Hold& hold) {
    const auto& lists = contact.join_lists;
    outcome.progress.lists = outcome.ledger.lists;
    outcome.progress.lists.insert(lists.begin(), lists.end());
    if (outcome.progress.lists == outcome.ledger.lists) co_return true;
    const bool is_recorded =
        co_await store_.record(hold.of(contact.email).lease, rules::serialize(outcome.progress));
    co_return is_recorded;
}

asio::awaitable<Answer<Written>> Performer::write_contact(const std::string& person, rules::Outcome& outcome,
                                                          const Leases::Hold& hold) {
    rules::Ledger& ledger = outcome.ledger;
    const auto [contact, problems] = rules::project(person, ledger, connector_.mapping, account_);
    report(person, problems);
    const bool may_create = outcome.is_new_booking || !ledger.contact_written;
    const bool is_recorded = co_await record_joining(contact, outcome, hold);
    if (!is_recorded) co_return lost_lease();
    unrecorded_[person] = outcome.progress;
    const auto written = co_await writer_.write(contact, may_create, hold.guard());
    if (!written && written.error().remedy == api::Remedy::give_up) {
        outcome.progress.lists = ledger.lists;  // a contact that Brevo refused has joined none
        unrecorded_[person] = outcome.progress;
    }
    if (!written) co_return written;
    const bool is_there = *written == Written::yes;
    ledger.lists.clear();
    if (is_there) ledger.lists.insert(contact.join_lists.begin(), contact.join_lists.end());
    outcome.progress.lists = ledger.lists;
    unrecorded_[person] = outcome.progress;
    ledger.contact_written = true;
    if (is_there) ++counters_.contacts_written;
    co_return written;
}

asio::awaitable<Answer<brevo::Done>> Performer::send_events(const std::string& person,
                                                            rules::Outcome& outcome,
                                                            const Leases::Hold& hold) {
    bool is_recorded = true;
    for (const auto& transition : outcome.transitions) {
        if (outcome.progress.sent.contains(transition.change_id)) continue;
        if (!is_recorded)
            is_recorded = co_await store_.record(hold.of(person).lease, rules::serialize(outcome.progress));
        if (!is_recorded) co_return lost_lease();
        const auto event = rules::make_event(person, outcome.ledger, transition);
        const auto answer = co_await writer_.send(event, hold.guard());
        if (!answer) co_return answer;
        outcome.progress.sent.insert(transition.change_id);
        unrecorded_[person] = outcome.progress;
        is_recorded = false;
        ++counters_.events[transition.change];
        log_->info("{}: {} sent, {}", text::mask_email(person), event.name, transition.change_id);
    }
    co_return brevo::Done{};
}

asio::awaitable<bool> Performer::commit(std::string person, rules::Outcome outcome,
                                        std::vector<std::string> entry_ids, Leases::Hold& hold) {
    const auto& done = outcome.ledger.done;
    std::erase_if(outcome.progress.sent, [&](const auto& id) { return done.contains(id); });
    outcome.progress.lists.clear();
    redis::Commit commit{outcome.changed_ledger(), rules::serialize(outcome.progress), std::move(entry_ids)};
    const auto lease = hold.of(person).lease;
    const bool is_committed = co_await store_.commit(lease, std::move(commit));
    hold.give_up(person);
    if (is_committed) unrecorded_.erase(person);
    co_return is_committed;
}

asio::awaitable<void> Performer::save_progress(std::string person, const Leases::Hold& hold) {
    const auto unrecorded = unrecorded_.find(person);
    if (unrecorded == unrecorded_.end() || !hold.has(person)) co_return;
    auto progress = rules::serialize(unrecorded->second);
    const bool is_recorded = co_await store_.record(hold.of(person).lease, std::move(progress));
    if (is_recorded) unrecorded_.erase(person);
}

}  // namespace syncing
