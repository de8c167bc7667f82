// The writing side of a connector's keys: ledgers, acknowledgement, dead letters.
//   calendly:{<connector>}:person:<e-mail>   hash: ledger (JSON), revision
//   calendly:{<connector>}:dead              stream
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "redis/client.hpp"
#include "shared/webhook_entry.hpp"

namespace redis {

struct StoredLedger {
    std::string json;      // "" for a person who is new
    std::string revision;  // "" likewise
};

struct DeadLetter {
    shared::WebhookEntry entry;
    std::string reason;
    unsigned attempts = 1;
    std::string response;  // status and body of the answer that refused it, "" when there was none
};

class Store {
public:
    virtual ~Store() = default;

    // All throw Error.
    virtual boost::asio::awaitable<StoredLedger> load(std::string person) = 0;

    // In one step: writes the ledger, acknowledges and deletes the entries, if any. False, and nothing is
    // done, when the ledger is no longer at the revision that was loaded.
    virtual boost::asio::awaitable<bool> commit(std::string person, StoredLedger loaded, std::string json,
                                                std::vector<std::string> entry_ids) = 0;

    // Acknowledges and deletes entries that need nothing more.
    virtual boost::asio::awaitable<void> discard(std::vector<std::string> entry_ids) = 0;

    // In one step: moves the entry to the dead-letter stream.
    virtual boost::asio::awaitable<void> bury(DeadLetter letter) = 0;
};

class RedisStore final : public Store {
public:
    // `retention`: how long the ledger of a person without news is kept.
    RedisStore(Client& client, std::string connector, std::chrono::hours retention);

    boost::asio::awaitable<StoredLedger> load(std::string person) override;
    boost::asio::awaitable<bool> commit(std::string person, StoredLedger loaded, std::string json,
                                        std::vector<std::string> entry_ids) override;
    boost::asio::awaitable<void> discard(std::vector<std::string> entry_ids) override;
    boost::asio::awaitable<void> bury(DeadLetter letter) override;

private:
    std::string person_key(const std::string& person) const;

    Client& client_;
    std::string connector_;
    std::chrono::hours retention_;
};

}  // namespace redis
