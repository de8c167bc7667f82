// What Brevo may have of people and no commit has recorded: lists that are about to be joined, events that
// are out. One owner: Redis for what must outlive this process, this object for what is newer. Whoever goes
// on with a person neither sends an event twice nor forgets a list that the contact was put on.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "net/limited_log.hpp"
#include "redis/person_store.hpp"
#include "rules/ledger.hpp"
#include "sync/leases.hpp"

namespace syncing {

class OpenWork {
public:
    OpenWork(redis::PersonStore& store, std::shared_ptr<spdlog::logger> log);

    // What is open for the person: as stored, and what this process knows besides. Throws LedgerError.
    rules::Progress load(const HeldPerson& person) const;

    // Whether anything is: then Brevo is written anew, with or without news.
    bool is_open(const HeldPerson& person) const;

    // From now on this is what Brevo may have; Redis does not know it yet.
    void note(const std::string& person, const rules::Progress& progress);

    // Makes it outlive this process. False: the lease was lost, nothing was written. Throws redis::Error.
    boost::asio::awaitable<bool> record(redis::Lease lease, rules::Progress progress);

    // Records what is known here only, for those of the people whose leases are still held: their work ends
    // without its commit. When Redis cannot be written, it stays known here.
    boost::asio::awaitable<void> save(std::set<std::string> people, const Leases::Hold& hold);

    // A commit has recorded everything.
    void close(const std::string& person) { unrecorded_.erase(person); }

private:
    boost::asio::awaitable<void> save_one(std::string person, const Leases::Hold& hold);

    redis::PersonStore& store_;
    net::LimitedLog limited_log_;
    std::map<std::string, rules::Progress> unrecorded_;  // by person
};

}  // namespace syncing
