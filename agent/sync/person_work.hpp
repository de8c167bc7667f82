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
#include "net/limited_log.hpp"
#include "rules/outcome.hpp"
#include "shared/webhook_entry.hpp"
#include "sync/dead_letters.hpp"
#include "sync/leases.hpp"
#include "sync/links.hpp"
#include "sync/performer.hpp"

namespace syncing {

struct Item {
    shared::WebhookEntry entry;
    calendly::Delivery delivery;
};
using Batch = std::vector<Item>;

class PersonWork {
public:
    PersonWork(const config::Connector& connector, DeadLetters& dead_letters, Links& links,
               Performer& performer, Leases& leases, Counters& counters, std::shared_ptr<spdlog::logger> log);

    // Takes the entries from the stream to Brevo, or to the dead letters. Throws redis::Error and
    // Interrupted: then the entries stay pending, and doing the same again is harmless.
    boost::asio::awaitable<void> process(std::string person, Batch batch);

    // Sends the entries to the dead letters. Throws redis::Error.
    boost::asio::awaitable<void> refuse(Batch batch, std::string reason);

private:
    struct Attempt {
        bool is_done = false;
        std::optional<api::ApiFailure> refusal;  // final: the batch can never be synced as a whole
    };

    // A batch, and what its entries tell about other people: reschedules to another e-mail.
    struct News {
        rules::Outcome outcome;
        std::map<std::string, rules::Sightings> others;  // by person
        Batch batch;                                     // without the entries that went to the dead letters
    };

    boost::asio::awaitable<Attempt> try_once(std::string person, Batch& batch, std::set<std::string>& people);
    boost::asio::awaitable<Attempt> work_on(std::string person, Batch& batch, std::set<std::string>& people,
                                            Leases::Hold& hold);
    boost::asio::awaitable<void> let_go(std::set<std::string> people, const Leases::Hold& hold);
    static Attempt attempt_after(const api::ApiFailure& failure);
    boost::asio::awaitable<News> learn(std::string person, Batch batch, const Leases::Hold& hold);
    boost::asio::awaitable<bool> learn_one(const std::string& person, const Item& item, News& news);
    boost::asio::awaitable<api::Answer<brevo::Done>> tell_others(const News& news, Leases::Hold& hold);
    boost::asio::awaitable<api::Answer<brevo::Done>> tell_other(std::string person,
                                                                rules::Sightings sightings,
                                                                Leases::Hold& hold);
    void fold_in(const rules::Sighting& sighting, rules::Outcome& outcome);
    static void note(const std::optional<rules::Transition>& transition, rules::Outcome& outcome);
    boost::asio::awaitable<void> bury(Item item, api::ApiFailure failure);

    const config::Connector& connector_;
    DeadLetters& dead_letters_;
    Links& links_;
    Performer& performer_;
    Leases& leases_;
    Counters& counters_;
    net::LimitedLog limited_log_;
};

}  // namespace syncing
