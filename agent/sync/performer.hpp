// Brings Brevo to what an outcome says: the contact first, then its events.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "config/configuration.hpp"
#include "net/limited_log.hpp"
#include "redis/person_store.hpp"
#include "rules/contact.hpp"
#include "rules/outcome.hpp"
#include "sync/contact_writer.hpp"
#include "sync/counters.hpp"
#include "sync/leases.hpp"

namespace syncing {

class Performer {
public:
    Performer(const config::Connector& connector, redis::PersonStore& store, const rules::Account& account,
              ContactWriter& writer, Counters& counters, std::shared_ptr<spdlog::logger> log);

    // What is stored of the person, and what this agent has done without recording it. Throws LedgerError.
    rules::Outcome load(const HeldPerson& person) const;

    // Puts into the outcome's ledger and progress what Brevo has then. A failure is final, or has the remedy
    // withheld: the lease does not suffice any more. Throws redis::Error, Interrupted.
    boost::asio::awaitable<api::Answer<brevo::Done>> perform(std::string person, rules::Outcome& outcome,
                                                             const Leases::Hold& hold);

    // Writes the ledger, and that the entries are done with; gives the person's lease back. False: the lease
    // was lost, nothing was written. Throws redis::Error.
    boost::asio::awaitable<bool> commit(std::string person, rules::Outcome outcome,
                                        std::vector<std::string> entry_ids, Leases::Hold& hold);

    // Records what was done for the people of a piece of work that ends without its commit.
    boost::asio::awaitable<void> save_progress(std::string person, const Leases::Hold& hold);

private:
    boost::asio::awaitable<api::Answer<Written>> write_contact(const std::string& person,
                                                               rules::Outcome& outcome,
                                                               const Leases::Hold& hold);
    boost::asio::awaitable<bool> record_joining(const brevo::Contact& contact, rules::Outcome& outcome,
                                                const Leases::Hold& hold);
    boost::asio::awaitable<api::Answer<brevo::Done>> send_events(const std::string& person,
                                                                 rules::Outcome& outcome,
                                                                 const Leases::Hold& hold);
    void report(const std::string& person, const std::vector<std::string>& problems);

    const config::Connector& connector_;
    redis::PersonStore& store_;
    const rules::Account& account_;
    ContactWriter& writer_;
    Counters& counters_;
    std::shared_ptr<spdlog::logger> log_;
    net::LimitedLog limited_log_;
    // What Brevo may have and Redis does not know, by person; whoever is here is written again even without
    // news.
    std::map<std::string, rules::Progress> unrecorded_;
};

}  // namespace syncing
