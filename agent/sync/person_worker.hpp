// Everything that is done for a batch of one person's entries: load, follow links, fold, write, send, commit.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include "calendly/types.hpp"
#include "config/configuration.hpp"
#include "redis/store.hpp"
#include "shared/webhook_entry.hpp"
#include "sync/contact_writer.hpp"
#include "sync/links.hpp"

namespace syncing {

struct Item {
    shared::WebhookEntry entry;
    calendly::Delivery delivery;
};
using Batch = std::vector<Item>;

class PersonWorker {
public:
    PersonWorker(const config::Connector& connector, redis::Store& store, Links& links, ContactWriter& writer,
                 Statistics& statistics, std::shared_ptr<spdlog::logger> log);

    // Takes the entries from the stream to Brevo, or to the dead letters. Throws redis::Error and Interrupted: then
    // the entries stay pending, and doing the same again is harmless.
    boost::asio::awaitable<void> process(std::string person, Batch batch);

    // Sends the entries to the dead letters. Throws redis::Error.
    boost::asio::awaitable<void> refuse(Batch batch, std::string reason);

    void use_attributes(AccountAttributes attributes) { attributes_ = std::move(attributes); }

private:
    // What a batch comes to, before it is acted on.
    struct Outcome {
        redis::StoredLedger loaded;
        Ledger ledger;
        bool is_changed = false;            // the ledger is not what it was
        bool is_acted_on = false;           // Brevo must hear of it
        bool is_new_booking = false;        // may create the contact again
        std::vector<Transition> transitions;  // to be sent as events
        Batch batch;                        // without the entries that went to the dead letters
    };

    boost::asio::awaitable<bool> attempt(std::string person, Batch& batch);
    boost::asio::awaitable<Outcome> learn(std::string person, Batch batch);
    boost::asio::awaitable<bool> learn_one(const Item& item, Outcome& outcome);
    void fold_in(const Sighting& sighting, Outcome& outcome);
    static void note(const std::optional<Transition>& transition, Outcome& outcome);
    boost::asio::awaitable<http::Answer<brevo::Done>> act(std::string person, Outcome& outcome);
    boost::asio::awaitable<http::Answer<Written>> write_contact(const std::string& person, Outcome& outcome);
    boost::asio::awaitable<http::Answer<brevo::Done>> send_events(const std::string& person, const Outcome& outcome);
    boost::asio::awaitable<void> give_up(std::string person, Batch batch, http::ApiFailure failure);
    boost::asio::awaitable<void> bury(Item item, http::ApiFailure failure);

    const config::Connector& connector_;
    redis::Store& store_;
    Links& links_;
    ContactWriter& writer_;
    Statistics& statistics_;
    std::shared_ptr<spdlog::logger> log_;
    AccountAttributes attributes_;
    std::set<std::string> sent_;  // change ids whose event was sent, but not yet committed
};

}  // namespace syncing
