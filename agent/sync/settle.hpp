// People settled: Brevo brought to what is known, what is known written down, the entries done with. All whom
// the entries tell of are written down together: when one of them is done with a change, nobody else whom it
// concerns can miss it any more.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "net/limited_log.hpp"
#include "redis/person_store.hpp"
#include "rules/outcome.hpp"
#include "sync/brevo_writer.hpp"
#include "sync/counters.hpp"
#include "sync/leases.hpp"
#include "sync/open_work.hpp"
#include "sync/outcome_log.hpp"

namespace syncing {

// A person whom entries tell of.
struct Concerned {
    std::string person;
    rules::Outcome outcome;
    bool is_news = false;  // settle() found something to tell
};

class Settle {
public:
    // `service`: whose entries these are; how long history's took says nothing.
    Settle(redis::PersonStore& store, OpenWork& open_work, BrevoWriter& writer, Counters& counters,
           const std::shared_ptr<spdlog::logger>& log, ServiceClass service = ServiceClass::webhook);

    // What is known of the person before the entries are looked at. Throws redis::BrokenKey when that cannot
    // be read.
    rules::Outcome load(const HeldPerson& person) const;

    // Tells Brevo of one after the other, writes all of them down in one step, gives their leases back, and
    // puts into each outcome's timeline how it went. The last one is the owner, whose entries these are.
    // A final failure is the owner's: the others are settled, the entries are not. Somebody else whom Brevo
    // refuses for good is left out. A failure with the remedy withheld: a lease was lost or does not suffice,
    // nothing is written, and the same is to be done again. Throws redis::Error, Interrupted.
    boost::asio::awaitable<api::Answer<brevo::Done>> settle(std::vector<Concerned>& people,
                                                            std::vector<std::string> entry_ids,
                                                            Leases::Hold& hold);

private:
    using EntryIds = std::vector<std::string>;

    boost::asio::awaitable<api::Answer<brevo::Done>> tell(Concerned& concerned, const Leases::Hold& hold);
    boost::asio::awaitable<void> leave_out(Concerned& other, const api::ApiFailure& refusal,
                                           const Leases::Hold& hold);
    boost::asio::awaitable<bool> record_sent(const Concerned& concerned, const Leases::Hold& hold);
    boost::asio::awaitable<bool> commit(std::span<Concerned> people, EntryIds entry_ids, Leases::Hold& hold);
    void note_settled(const Concerned& concerned);
    void note_outcomes(const rules::Timeline& timeline);

    redis::PersonStore& store_;
    OpenWork& open_work_;
    BrevoWriter& writer_;
    Counters& counters_;
    OutcomeLog log_;
    net::LimitedLog limited_log_;
    ServiceClass service_;
};

}  // namespace syncing
