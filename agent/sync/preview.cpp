#include "sync/preview.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "api/api_state.hpp"
#include "api/retry.hpp"
#include "net/waiting.hpp"
#include "redis/dead_letter_queue.hpp"
#include "redis/error.hpp"
#include "rules/acts_on.hpp"
#include "rules/person.hpp"
#include "sync/brevo_account.hpp"
#include "sync/brevo_writer.hpp"
#include "sync/calendly_lookup.hpp"
#include "sync/dead_letters.hpp"
#include "sync/leases.hpp"
#include "sync/links.hpp"
#include "sync/open_work.hpp"
#include "sync/person_work.hpp"
#include "sync/settle.hpp"

namespace syncing {

namespace asio = boost::asio;

// Leases are given to whoever asks, what is stored is read, and nothing is written.
class UnwrittenPeople final : public redis::PersonStore {
public:
    explicit UnwrittenPeople(redis::PersonStore& people) : people_(people) {}

    asio::awaitable<redis::Acquired> acquire(std::string person, ServiceClass) override {
        std::vector<std::string> one{person};
        auto stored = co_await people_.peek(std::move(one));
        if (!stored.front())
            throw redis::BrokenKey(
                "what is stored of this person cannot be read: its key holds something else");
        redis::Acquired acquired;
        acquired.is_held = true;
        acquired.lease = {person, "preview"};
        acquired.stored = std::move(*stored.front());
        ledgers_[person] = acquired.stored.ledger;
        co_return acquired;
    }
    asio::awaitable<std::vector<std::optional<redis::StoredPerson>>> peek(
        std::vector<std::string> people) override {
        return people_.peek(std::move(people));
    }
    asio::awaitable<std::vector<redis::Renewed>> renew(std::vector<redis::Lease> leases) override {
        co_return std::vector<redis::Renewed>(leases.size(), redis::Renewed::held);
    }
    asio::awaitable<void> release(std::vector<redis::Lease>) override { co_return; }
    asio::awaitable<bool> record(redis::Lease, std::string) override { co_return true; }
    asio::awaitable<bool> commit(redis::Commit) override { co_return true; }

    // The lists that the person is on already, as far as it is known.
    std::set<brevo::ListId> lists_of(const std::string& person) const {
        const auto found = ledgers_.find(person);
        return found == ledgers_.end() ? std::set<brevo::ListId>() : rules::parse_ledger(found->second).lists;
    }

private:
    redis::PersonStore& people_;
    std::map<std::string, std::string> ledgers_;  // by person
};

class UnwrittenLetters final : public redis::DeadLetterQueue {
public:
    asio::awaitable<bool> bury(redis::DeadLetter letter) override {
        reasons.push_back("it would go to the dead letters: " + letter.reason);
        co_return true;
    }

    std::vector<std::string> reasons;
};

// The account is the real one; what would be written is kept.
class UnwrittenBrevo final : public brevo::Api {
public:
    explicit UnwrittenBrevo(brevo::Api& api) : api_(api) {}

    asio::awaitable<api::Answer<brevo::Done>> upsert_contact(brevo::Contact contact, http::Guard) override {
        keep(std::move(contact));
        co_return brevo::Done{};
    }
    asio::awaitable<api::Answer<brevo::Done>> update_contact(brevo::Contact contact, http::Guard) override {
        keep(std::move(contact));
        co_return brevo::Done{};
    }
    asio::awaitable<api::Answer<brevo::Done>> send_event(brevo::Event event, http::Guard) override {
        events.push_back(std::move(event));
        co_return brevo::Done{};
    }
    asio::awaitable<api::Answer<std::vector<brevo::Attribute>>> attributes() override {
        return api_.attributes();
    }
    asio::awaitable<api::Answer<brevo::Done>> create_attribute(brevo::Attribute) override {
        co_return brevo::Done{};
    }
    asio::awaitable<api::Answer<bool>> has_list(brevo::ListId list) override { return api_.has_list(list); }

    std::map<std::string, brevo::Contact> contacts;  // by person
    std::vector<brevo::Event> events;

private:
    // What joins lists and what leaves them may be two calls.
    void keep(brevo::Contact contact) {
        auto& kept = contacts[contact.email];
        kept.email = contact.email;
        for (auto& [name, value] : contact.attributes) kept.attributes[name] = std::move(value);
        std::ranges::copy(contact.join_lists, std::back_inserter(kept.join_lists));
        std::ranges::copy(contact.leave_lists, std::back_inserter(kept.leave_lists));
    }

    brevo::Api& api_;
};

// All that works on one person's entries, as the connector has it.
struct PreviewParts {
    PreviewParts(PreviewWorld& world, const rules::Mapping& mapping)
        : people(world.people),
          brevo(world.brevo),
          dead_letters(letters, counters, world.log),
          calendly_retry(make_retry(api::ApiName::calendly, world)),
          contacts_retry(make_retry(api::ApiName::brevo_contacts, world)),
          events_retry(make_retry(api::ApiName::brevo_events, world)),
          lookup(world.calendly, calendly_retry, waiting, counters, world.log),
          links(lookup, mapping.follow_links, world.calendly.origin()),
          account(mapping, false, brevo, contacts_retry, world.log),
          leases(world.executor, people, world.interruption, waiting),
          open_work(people, world.log),
          writer(mapping, brevo, {contacts_retry, events_retry}, account, open_work, counters, world.log),
          settle(people, open_work, writer, counters, world.log),
          work(mapping, leases, links, settle, open_work, dead_letters, ServiceClass::webhook) {}

    // Nobody waits here until a person has acted.
    api::Retry make_retry(api::ApiName api, PreviewWorld& world) {
        const auto on_park = [this, api, &interruption = world.interruption] {
            refusal = fmt::format("{} refuses us: {}; calendly-brevo doctor says more", to_string(api),
                                  *states.of(api).parked);
            interruption.request();
        };
        return api::Retry(api, states, world.interruption, waiting, world.log, {}, on_park);
    }

    std::string refusal;  // of the credential or the account; "": none
    UnwrittenPeople people;
    UnwrittenLetters letters;
    UnwrittenBrevo brevo;
    Counters counters;
    api::ApiStates states;
    net::Waiting waiting;
    DeadLetters dead_letters;
    api::Retry calendly_retry, contacts_retry, events_retry;
    CalendlyLookup lookup;
    Links links;
    BrevoAccount account;
    Leases leases;
    OpenWork open_work;
    BrevoWriter writer;
    Settle settle;
    PersonWork work;
};

namespace {

std::vector<brevo::ListId> those_in(const std::vector<brevo::ListId>& lists,
                                    const std::set<brevo::ListId>& known, bool is_in) {
    std::vector<brevo::ListId> some;
    for (const auto list : lists)
        if (known.contains(list) == is_in) some.push_back(list);
    return some;
}

std::vector<std::string> problems_of(const PreviewParts& parts) {
    auto problems = parts.letters.reasons;
    if (!parts.account.problem().empty()) problems.push_back(parts.account.problem());
    for (const auto& [cause, count] : parts.counters.fallbacks) problems.push_back(to_string(cause));
    return problems;
}

Preview result_of(const std::string& person, PreviewParts& parts) {
    Preview preview;
    preview.person = person;
    preview.problems = problems_of(parts);
    const auto on = parts.people.lists_of(person);
    for (auto& [email, contact] : parts.brevo.contacts) {
        if (email != person) {
            preview.problems.push_back("another contact would be written, too: " + email);
            continue;
        }
        preview.is_written = true;
        preview.join_lists = those_in(contact.join_lists, on, false);
        preview.leave_lists = those_in(contact.leave_lists, on, true);
        preview.contact = contact;
    }
    for (auto& event : parts.brevo.events)
        if (event.email == person) preview.events.push_back(std::move(event));
    return preview;
}

}  // namespace

asio::awaitable<Preview> preview(PreviewWorld world, const rules::Mapping& mapping,
                                 shared::WebhookEntry entry) {
    auto item = read_item(std::move(entry));
    const auto person = rules::person_in(item.delivery);
    PreviewParts parts(world, mapping);
    Preview found;
    found.person = person;
    if (person.empty()) {
        found.problems.push_back(
            fmt::format("an event '{}' concerns nobody: it would be dropped", item.delivery.event));
        co_return found;
    }
    try {
        co_await parts.account.read();
        Batch batch;
        batch.push_back(std::move(item));
        co_await parts.work.process(person, std::move(batch));
    } catch (const net::Interrupted&) {
        if (parts.refusal.empty()) throw;
    }
    if (!parts.refusal.empty()) throw PreviewError(parts.refusal);
    found = result_of(person, parts);
    co_return found;
}

}  // namespace syncing
