// Everything that is done for a batch of one person's entries: load, follow links, fold, write, send, commit.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "calendly/types.hpp"
#include "config/configuration.hpp"
#include "redis/store.hpp"
#include "shared/webhook_entry.hpp"
#include "sync/contact_writer.hpp"
#include "sync/links.hpp"
#include "sync/person_locks.hpp"

namespace syncing {

struct Item {
    shared::WebhookEntry entry;
    calendly::Delivery delivery;
};
using Batch = std::vector<Item>;

class PersonWorker {
public:
    PersonWorker(boost::asio::any_io_executor executor, const config::Connector& connector,
                 redis::Store& store, Links& links, ContactWriter& writer, Statistics& statistics,
                 std::shared_ptr<spdlog::logger> log);

    // Takes the entries from the stream to Brevo, or to the dead letters. Throws redis::Error and
    // Interrupted: then the entries stay pending, and doing the same again is harmless.
    boost::asio::awaitable<void> process(std::string person, Batch batch);

    // Sends the entries to the dead letters. Throws redis::Error.
    boost::asio::awaitable<void> refuse(Batch batch, std::string reason);

    void use_attributes(AccountAttributes attributes) { attributes_ = std::move(attributes); }

private:
    // What the person's news come to, before they are acted on.
    struct Outcome {
        redis::StoredLedger loaded;
        std::string before;  // the ledger as it was
        Ledger ledger;
        bool is_acted_on = false;             // Brevo must hear of it
        bool is_new_booking = false;          // may create the contact again
        std::vector<Transition> transitions;  // to be sent as events

        bool is_changed() const { return serialize(ledger) != before; }
    };

    struct Attempt {
        bool is_done = false;
        std::optional<http::ApiFailure> refusal;  // final: the batch can never be synced as a whole
    };

    // A batch, and what its entries tell about other people: reschedules to another e-mail.
    struct News {
        Outcome outcome;
        std::map<std::string, Links::Sightings> others;  // by person
        Batch batch;                                     // without the entries that went to the dead letters
    };

    boost::asio::awaitable<Attempt> try_once(std::string person, Batch& batch, std::set<std::string>& people);
    boost::asio::awaitable<Outcome> load(std::string person);
    boost::asio::awaitable<News> learn(std::string person, Batch batch);
    boost::asio::awaitable<bool> learn_one(const std::string& person, const Item& item, News& news);
    void fold_in(const Sighting& sighting, Outcome& outcome);
    static void note(const std::optional<Transition>& transition, Outcome& outcome);
    boost::asio::awaitable<void> work_through(std::string person, Batch batch, std::set<std::string>& people);
    boost::asio::awaitable<void> save_progress(std::string person);
    boost::asio::awaitable<http::Answer<brevo::Done>> tell_others(const News& news);
    boost::asio::awaitable<http::Answer<brevo::Done>> tell_other(std::string person,
                                                                 Links::Sightings sightings);
    boost::asio::awaitable<http::Answer<brevo::Done>> act(std::string person, Outcome& outcome);
    boost::asio::awaitable<http::Answer<Written>> write_contact(const std::string& person, Outcome& outcome);
    boost::asio::awaitable<http::Answer<brevo::Done>> send_events(const std::string& person,
                                                                  const Outcome& outcome);
    boost::asio::awaitable<bool> commit(std::string person, Outcome outcome, Batch batch);
    boost::asio::awaitable<void> bury(Item item, http::ApiFailure failure);

    const config::Connector& connector_;
    redis::Store& store_;
    Links& links_;
    ContactWriter& writer_;
    Statistics& statistics_;
    std::shared_ptr<spdlog::logger> log_;
    PersonLocks locks_;
    AccountAttributes attributes_;
    // What Brevo has, but no commit has recorded yet, by person.
    struct Unrecorded {
        std::set<std::string> sent;  // change ids of events
        std::set<brevo::ListId> lists;
    };
    std::map<std::string, Unrecorded> unrecorded_;
};

}  // namespace syncing
