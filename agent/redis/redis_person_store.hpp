#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "config/timeline.hpp"
#include "net/limited_log.hpp"
#include "redis/client.hpp"
#include "redis/own_keys.hpp"
#include "redis/person_store.hpp"

namespace redis {

class RedisPersonStore final : public PersonStore {
public:
    // `agent`: unique among all agents. `retention`: how long a person without news is remembered. `stream`:
    // the key of the entries that are committed. `timeline`: how much is told of them. Two stores must not
    // take leases for one agent: their tokens would be the same.
    RedisPersonStore(Client& client, std::string connector, std::string agent, std::chrono::hours retention,
                     std::string stream, const config::Timeline& timeline = {});

    boost::asio::awaitable<Acquired> acquire(std::string person, ServiceClass service) override;
    boost::asio::awaitable<std::vector<std::optional<StoredPerson>>> peek(
        std::vector<std::string> people) override;
    boost::asio::awaitable<std::vector<Renewed>> renew(std::vector<Lease> leases) override;
    boost::asio::awaitable<void> release(std::vector<Lease> leases) override;
    boost::asio::awaitable<bool> record(Lease lease, std::string progress) override;
    boost::asio::awaitable<bool> commit(Commit commit) override;

private:
    // Runs it, and says which key is the matter when one of them has another type.
    boost::asio::awaitable<shared::ReplyPtr> run(const Script& script, const std::vector<std::string>& people,
                                                 Arguments keys, Arguments values);
    OwnKeys own_keys_of(const std::vector<std::string>& people) const;
    void note_timeline(const std::string& refusal);
    void note_lease(const std::string& person);
    std::string person_key(const std::string& person) const;
    std::string lease_key(const std::string& person) const;
    std::string wanted_key(const std::string& person) const;
    Arguments keys_of(const std::string& person) const;
    std::string lifetime_ms() const;
    void append(const std::vector<Lease>& leases, Arguments& keys, Arguments& values) const;

    Client& client_;
    std::string connector_;
    std::string agent_;
    std::chrono::hours retention_;
    std::string stream_;
    config::Timeline timeline_;
    std::uint64_t leases_taken_ = 0;
    net::LimitedLog limited_log_;
};

}  // namespace redis
