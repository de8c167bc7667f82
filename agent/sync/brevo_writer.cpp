#include "sync/brevo_writer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "brevo/refusal.hpp"
#include "rules/brevo_event.hpp"
#include "rules/contact.hpp"
#include "rules/refused_phones.hpp"
#include "text/mask.hpp"

namespace syncing {

namespace asio = boost::asio;
using api::Answer;

namespace {

// Brevo says so of the contact itself.
bool is_gone(const api::ApiFailure& failure) {
    return failure.status == 404 && !brevo::is_about_lists(failure.body);
}

// An automation that waits for a list does not start for a contact that is moved there from another one: what
// joins lists leaves none, and the lists to leave come by themselves.
brevo::Contact take_leaving(brevo::Contact& contact) {
    brevo::Contact leaving{contact.email, {}, {}, {}};
    if (!contact.join_lists.empty()) leaving.leave_lists.swap(contact.leave_lists);
    return leaving;
}

unsigned status_of(const Answer<brevo::Done>& answer) {
    return answer ? answer->status : answer.error().status;
}

void note_difference(const brevo::Contact& before, const brevo::Contact& after, StepTimer& timer) {
    for (const auto& [name, value] : before.attributes)
        if (!after.attributes.contains(name)) timer.leave_out(name);
    for (const auto list : before.join_lists)
        if (std::ranges::find(after.join_lists, list) == after.join_lists.end())
            timer.leave_out(fmt::format("list {}", list));
    for (const auto list : before.leave_lists)
        if (std::ranges::find(after.leave_lists, list) == after.leave_lists.end())
            timer.leave_out(fmt::format("list {}", list));
}

bool is_nothing(const brevo::Contact& contact) {
    return contact.attributes.empty() && contact.join_lists.empty() && contact.leave_lists.empty();
}

}  // namespace

BrevoWriter::BrevoWriter(const rules::Mapping& mapping, brevo::Api& api, BrevoRetries retries,
                         BrevoAccount& account, OpenWork& open_work, Counters& counters,
                         std::shared_ptr<spdlog::logger> log)
    : mapping_(mapping),
      api_(api),
      retries_(retries),
      account_(account),
      open_work_(open_work),
      counters_(counters),
      log_(std::move(log)),
      limited_log_(log_) {}

asio::awaitable<Answer<brevo::Done>> BrevoWriter::perform(std::string person, rules::Outcome& outcome,
                                                          const Leases::Hold& hold) {
    if (!outcome.is_acted_on && !outcome.is_unfinished) co_return brevo::Done{};
    if (mapping_.sync.contacts) {
        const auto written = co_await write_contact(person, outcome, hold);
        if (!written) co_return written.error();
        if (*written == Written::gone) {
            ++counters_.fallbacks[{Fallback::contact_left_deleted, ""}];
            limited_log_.info(
                "left alone",
                fmt::format(
                    "{}: the contact was deleted in Brevo and is left alone; a new booking creates it again",
                    text::mask_email(person)));
            rules::leave_alone(outcome.timeline);
            co_return brevo::Done{};
        }
    }
    if (!mapping_.sync.events) co_return brevo::Done{};
    auto sent = co_await send_events(person, outcome, hold);
    co_return sent;
}

asio::awaitable<Answer<BrevoWriter::Written>> BrevoWriter::write_contact(std::string person,
                                                                         rules::Outcome& outcome,
                                                                         const Leases::Hold& hold) {
    auto projection = rules::project(person, outcome.ledger, mapping_, account_.account());
    report(person, projection);
    auto& contact = projection.contact;
    rules::leave_out_refused_phones(contact, outcome.ledger);
    const bool is_recorded = co_await record_joining(contact, outcome, hold);
    if (!is_recorded) co_return lost_lease();
    open_work_.note(person, outcome.progress);
    rules::Steps steps;
    auto written = co_await join_and_leave(contact, outcome, hold, steps);
    rules::add_contact_steps(outcome.timeline, steps);
    co_return written;
}

// What was recorded covers both calls: whoever goes on after the first one finds the lists that are joined
// and those that are still to be left.
asio::awaitable<Answer<BrevoWriter::Written>> BrevoWriter::join_and_leave(const brevo::Contact& wanted,
                                                                          rules::Outcome& outcome,
                                                                          const Leases::Hold& hold,
                                                                          rules::Steps& steps) {
    const bool may_create = outcome.is_new_booking || !outcome.ledger.contact_written;
    auto contact = wanted;
    auto leaving = take_leaving(contact);
    const auto written = co_await write(contact, may_create, hold.guard(), steps);
    if (!written && written.error().remedy == api::Remedy::give_up) note_refused(wanted.email, outcome);
    if (!written) co_return written.error();
    if (*written == Written::yes && !is_nothing(leaving)) {
        const auto left = co_await call(&brevo::Api::update_contact, leaving, hold.guard(), steps);
        if (!left && !is_gone(left.error())) co_return left.error();
    }
    rules::remember_refused_phones(wanted, contact, outcome.ledger);
    note_written(wanted, *written == Written::yes, outcome);
    co_return *written;
}

// Whoever finds the contact on these lists after a crash must know that it was put there from here.
asio::awaitable<bool> BrevoWriter::record_joining(const brevo::Contact& contact, rules::Outcome& outcome,
                                                  const Leases::Hold& hold) {
    const auto& lists = contact.join_lists;
    outcome.progress.lists = outcome.ledger.lists;
    outcome.progress.lists.insert(lists.begin(), lists.end());
    if (outcome.progress.lists == outcome.ledger.lists) co_return true;
    const bool is_recorded = co_await open_work_.record(hold.of(contact.email).lease, outcome.progress);
    co_return is_recorded;
}

void BrevoWriter::note_written(const brevo::Contact& contact, bool is_there, rules::Outcome& outcome) {
    auto& ledger = outcome.ledger;
    ledger.lists.clear();
    if (is_there) ledger.lists.insert(contact.join_lists.begin(), contact.join_lists.end());
    ledger.contact_written = true;
    outcome.progress.lists = ledger.lists;
    open_work_.note(contact.email, outcome.progress);
    if (is_there) ++counters_.contacts_written;
}

// A contact that Brevo refused has joined no list.
void BrevoWriter::note_refused(const std::string& person, rules::Outcome& outcome) {
    outcome.progress.lists = outcome.ledger.lists;
    open_work_.note(person, outcome.progress);
}

// Only PUT takes a contact off a list, and only POST creates one.
asio::awaitable<Answer<BrevoWriter::Written>> BrevoWriter::write(brevo::Contact& contact, bool may_create,
                                                                 http::Guard guard, rules::Steps& steps) {
    if (!may_create || !contact.leave_lists.empty()) {
        const auto updated = co_await call(&brevo::Api::update_contact, contact, guard, steps);
        if (updated) co_return Written::yes;
        if (!is_gone(updated.error())) co_return updated.error();
        if (!may_create) co_return Written::gone;
    }
    const auto upserted = co_await call(&brevo::Api::upsert_contact, contact, guard, steps);
    if (!upserted) co_return upserted.error();
    co_return Written::yes;
}

asio::awaitable<Answer<brevo::Done>> BrevoWriter::call(ContactCall method, brevo::Contact& contact,
                                                       const http::Guard& guard, rules::Steps& steps) {
    StepTimer timer(rules::StepKind::contact);
    auto answer = co_await call_timed(method, contact, guard, timer);
    steps.push_back(timer.end(status_of(answer)));
    co_return answer;
}

// Once more without what Brevo refused, as long as there is something that can be left out.
asio::awaitable<Answer<brevo::Done>> BrevoWriter::call_timed(ContactCall method, brevo::Contact& contact,
                                                             const http::Guard& guard, StepTimer& timer) {
    const auto attempt = [this, method, &contact, &guard, &timer] {
        timer.note_attempt();
        return (api_.*method)(contact, guard);
    };
    for (unsigned attempts = 1;; ++attempts) {
        auto answer = co_await retries_.contacts.persist(attempt, guard.recall());
        if (answer) co_return answer;
        auto failure = answer.error();
        const bool is_less_now = co_await leave_out(failure, contact, timer);
        // Nothing is left to change; but a contact that is not there yet is made with its address alone.
        const bool is_update = method == &brevo::Api::update_contact;
        if (is_less_now && is_update && is_nothing(contact)) co_return brevo::Done{};
        if (is_less_now) continue;
        failure.attempts += attempts - 1;
        co_return failure;
    }
}

asio::awaitable<bool> BrevoWriter::leave_out(const api::ApiFailure& failure, brevo::Contact& contact,
                                             StepTimer& timer) {
    const auto before = contact;
    const bool is_less_now = co_await leave_out_refused(failure, contact);
    if (is_less_now) note_difference(before, contact, timer);
    co_return is_less_now;
}

// The contact is written without a list that was deleted.
asio::awaitable<bool> BrevoWriter::leave_out_refused(const api::ApiFailure& failure,
                                                     brevo::Contact& contact) {
    const bool is_about_lists = brevo::is_about_lists(failure.body);
    if (failure.status != 400 && !(failure.status == 404 && is_about_lists)) co_return false;
    if (!is_about_lists && leave_out_attributes(failure, contact)) co_return true;
    const bool is_left_out = co_await account_.leave_out_missing(contact);
    co_return is_left_out || (is_about_lists && leave_out_attributes(failure, contact));
}

// The contact is written without an attribute that Brevo refuses, such as somebody else's phone number.
bool BrevoWriter::leave_out_attributes(const api::ApiFailure& failure, brevo::Contact& contact) {
    const auto refused = brevo::refused_attributes(failure.body, contact);
    for (const auto& name : refused) {
        contact.attributes.erase(name);
        if (!brevo::is_phone_attribute(name)) account_.note_refused(name);
        ++counters_.fallbacks[{Fallback::attribute_refused, name}];
        limited_log_.warn(name, fmt::format("{}: Brevo refuses {}, the contact is written without it: {}",
                                            text::mask_email(contact.email), name, describe(failure)));
    }
    return !refused.empty();
}

// Before the next event goes out, the one before it is recorded in Redis: a crash then repeats at most one
// event.
asio::awaitable<Answer<brevo::Done>> BrevoWriter::send_events(std::string person, rules::Outcome& outcome,
                                                              const Leases::Hold& hold) {
    bool is_recorded = true;
    for (const auto& transition : outcome.transitions) {
        if (outcome.progress.sent.contains(transition.change_id)) continue;
        if (!is_recorded) is_recorded = co_await open_work_.record(hold.of(person).lease, outcome.progress);
        if (!is_recorded) co_return lost_lease();
        const auto event = rules::make_event(person, outcome.ledger, transition);
        const auto guard = hold.guard();
        StepTimer timer(rules::StepKind::event);
        const auto attempt = [this, &event, &guard, &timer] {
            timer.note_attempt();
            return api_.send_event(event, guard);
        };
        const auto answer = co_await retries_.events.persist(attempt, guard.recall());
        rules::add_event_step(outcome.timeline, transition.change_id, timer.end(status_of(answer)));
        if (!answer) co_return answer;
        note_oddity(answer->oddity);
        outcome.progress.sent.insert(transition.change_id);
        open_work_.note(person, outcome.progress);
        is_recorded = false;
        ++counters_.events[transition.change];
        log_->debug("{}: {} sent, {}", text::mask_email(person), event.name, transition.change_id);
    }
    co_return brevo::Done{};
}

// It is out, whatever Brevo meant: sent again it would start an automation again.
void BrevoWriter::note_oddity(const std::string& oddity) {
    if (oddity.empty()) return;
    ++counters_.fallbacks[{Fallback::event_answer, ""}];
    limited_log_.warn("event answer", fmt::format("Brevo answered an event with {} instead of an empty 204: "
                                                  "taken as a success, it is not sent again",
                                                  oddity));
}

void BrevoWriter::report(const std::string& person, const rules::Projection& projection) {
    account_.note_lacking(projection.lacking);
    for (const auto& problem : projection.problems) {
        ++counters_.fallbacks[{Fallback::value_left_out, problem}];
        limited_log_.warn(problem, fmt::format("{}: value left out: {}", text::mask_email(person), problem));
    }
    for (const auto& key : projection.ambiguous_keys) {
        ++counters_.fallbacks[{Fallback::ambiguous_question, key}];
        if (!said_keys_.insert(key).second) continue;
        log_->warn(
            "questions_and_answers: '{}' stands in several questions of a booking and equals none, so no "
            "answer "
            "is taken: write the whole question, or a /regular expression/",
            key);
    }
}

}  // namespace syncing
