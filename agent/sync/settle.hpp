// A person settled: Brevo brought to what is known, what is known written down, the entries done with. The
// same for the person whose entries these are and for others whom they tell of.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "redis/person_store.hpp"
#include "rules/outcome.hpp"
#include "sync/brevo_writer.hpp"
#include "sync/counters.hpp"
#include "sync/leases.hpp"
#include "sync/open_work.hpp"
#include "sync/outcome_log.hpp"

namespace syncing {

class Settle {
public:
    // `service`: whose entries these are; how long history's took says nothing.
    Settle(redis::PersonStore& store, OpenWork& open_work, BrevoWriter& writer, Counters& counters,
           const std::shared_ptr<spdlog::logger>& log, ServiceClass service = ServiceClass::webhook);

    // What is known of the person before the entries are looked at. Throws redis::BrokenKey when that cannot
    // be read.
    rules::Outcome load(const HeldPerson& person) const;

    // Gives the person's lease back, and puts into the outcome's timeline how it went. A failure is final, or
    // has the remedy withheld: the lease was lost or does not suffice, and the same is to be done again with
    // a new one. Throws redis::Error, Interrupted.
    boost::asio::awaitable<api::Answer<brevo::Done>> settle(std::string person, rules::Outcome& outcome,
                                                            std::vector<std::string> entry_ids,
                                                            Leases::Hold& hold);

private:
    void note_outcomes(const rules::Timeline& timeline);
    boost::asio::awaitable<bool> commit(std::string person, rules::Outcome& outcome,
                                        std::vector<std::string> entry_ids, Leases::Hold& hold);

    redis::PersonStore& store_;
    OpenWork& open_work_;
    BrevoWriter& writer_;
    Counters& counters_;
    OutcomeLog log_;
    ServiceClass service_;
};

}  // namespace syncing
