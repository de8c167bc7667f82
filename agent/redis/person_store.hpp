// What is stored of people, and the leases that say who works on one.
//   calendly:{<connector>}:person:<e-mail>   hash: ledger, progress (JSON)
//   calendly:{<connector>}:lease:<e-mail>    token of whoever works on the person; expires
//   calendly:{<connector>}:wanted:<e-mail>   while a webhook waits for that lease; expires
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "api/budget_queue.hpp"
#include "rules/timeline_entry.hpp"

namespace redis {

using api::ServiceClass;

// The right to work on one person. Its token is worth something until somebody takes the lease anew.
struct Lease {
    std::string person;
    std::string token;
};

// What became of a lease that was to be renewed.
enum class Renewed {
    lost,
    held,
    wanted,  // held, and another agent has a webhook that waits for it
};

struct StoredPerson {
    std::string ledger;    // JSON; "" for a person who is new
    std::string progress;  // JSON: what Brevo may have and no commit has recorded; "": nothing
};

struct Acquired {
    bool is_held = false;
    std::chrono::milliseconds others_for{0};  // not held: another agent has it for so long, or renews it
    Lease lease;
    StoredPerson stored;
};

// What is known of one person.
struct PersonCommit {
    Lease lease;
    std::string ledger;    // JSON; "": as it was
    std::string progress;  // JSON; "": nothing is left open
};

// What is known of people, and the entries that are done with by that.
struct Commit {
    std::vector<PersonCommit> people;  // of whom there is news, and whose the entries are
    std::vector<std::string> entry_ids;
    rules::Timeline timeline{};  // what becomes of what they told
};

// All throw Error, and work when Redis has no memory left.
class PersonStore {
public:
    virtual ~PersonStore() = default;

    // Takes the person's lease for lease_time, unless another agent has it, and reads what is stored. An
    // older lease of this agent ends. A webhook that has to wait says so: history has no lease meanwhile.
    virtual boost::asio::awaitable<Acquired> acquire(std::string person,
                                                     ServiceClass service = ServiceClass::webhook) = 0;

    // What is stored of these people now, without a lease: whoever has one may write it meanwhile. Nothing of
    // one whose key holds something else.
    virtual boost::asio::awaitable<std::vector<std::optional<StoredPerson>>> peek(
        std::vector<std::string> people) = 0;

    // Each for lease_time from now on.
    virtual boost::asio::awaitable<std::vector<Renewed>> renew(std::vector<Lease> leases) = 0;
    virtual boost::asio::awaitable<void> release(std::vector<Lease> leases) = 0;

    // Both false, and nothing is done, when a lease was lost.
    virtual boost::asio::awaitable<bool> record(Lease lease, std::string progress) = 0;
    // In one step: writes what is known of all these people, acknowledges and deletes the entries, if any,
    // and gives the leases back. A timeline that cannot be written does not keep it from being done.
    virtual boost::asio::awaitable<bool> commit(Commit commit) = 0;
};

inline constexpr std::chrono::seconds lease_time{20};

}  // namespace redis
