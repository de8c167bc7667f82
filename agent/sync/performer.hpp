// Brings Brevo to what an outcome says: the contact first, then its events.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "config/configuration.hpp"
#include "redis/store.hpp"
#include "sync/contact_writer.hpp"
#include "sync/leases.hpp"
#include "sync/limited_log.hpp"
#include "sync/outcome.hpp"
#include "sync/projection.hpp"

namespace syncing {

class Performer {
public:
    Performer(const config::Connector& connector, redis::Store& store, const Account& account,
              ContactWriter& writer, Statistics& statistics, std::shared_ptr<spdlog::logger> log);

    // What is stored of the person, and what this agent has done without recording it. Throws LedgerError.
    Outcome load(const HeldPerson& person) const;

    // Puts into the outcome's ledger and progress what Brevo has then. A failure is final, or has the remedy
    // withheld: the lease does not suffice any more. Throws redis::Error, Interrupted.
    boost::asio::awaitable<http::Answer<brevo::Done>> perform(std::string person, Outcome& outcome,
                                                              const Leases::Hold& hold);

    // Writes the ledger, and that the entries are done with; gives the person's lease back. False: the lease
    // was lost, nothing was written. Throws redis::Error.
    boost::asio::awaitable<bool> commit(std::string person, Outcome outcome,
                                        std::vector<std::string> entry_ids, Leases::Hold& hold);

    // Records what was done for the people of a piece of work that ends without its commit.
    boost::asio::awaitable<void> save_progress(std::string person, const Leases::Hold& hold);

private:
    boost::asio::awaitable<http::Answer<Written>> write_contact(const std::string& person, Outcome& outcome,
                                                                const Leases::Hold& hold);
    boost::asio::awaitable<bool> record_joining(const brevo::Contact& contact, Outcome& outcome,
                                                const Leases::Hold& hold);
    boost::asio::awaitable<http::Answer<brevo::Done>> send_events(const std::string& person, Outcome& outcome,
                                                                  const Leases::Hold& hold);
    void report(const std::string& person, const std::vector<std::string>& problems);

    const config::Connector& connector_;
    redis::Store& store_;
    const Account& account_;
    ContactWriter& writer_;
    Statistics& statistics_;
    std::shared_ptr<spdlog::logger> log_;
    LimitedLog limited_log_;
    // What Brevo may have and Redis does not know, by person; whoever is here is written again even without
    // news.
    std::map<std::string, Progress> unrecorded_;
};

}  // namespace syncing
