#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "redis/client.hpp"
#include "redis/person_store.hpp"

namespace redis {

class RedisPersonStore final : public PersonStore {
public:
    // `agent`: unique among all agents. `retention`: how long a person without news is remembered.
    RedisPersonStore(Client& client, std::string connector, std::string agent, std::chrono::hours retention);

    boost::asio::awaitable<Acquired> acquire(std::string person) override;
    boost::asio::awaitable<std::vector<bool>> renew(std::vector<Lease> leases) override;
    boost::asio::awaitable<void> release(std::vector<Lease> leases) override;
    boost::asio::awaitable<bool> record(Lease lease, std::string progress) override;
    boost::asio::awaitable<bool> commit(Lease lease, Commit commit) override;

private:
    std::string lease_key(const std::string& person) const;
    Arguments keys_of(const std::string& person) const;
    std::string lifetime_ms() const;
    void append(const std::vector<Lease>& leases, Arguments& keys, Arguments& values) const;

    Client& client_;
    std::string connector_;
    std::string agent_;
    std::chrono::hours retention_;
    std::uint64_t leases_taken_ = 0;
};

}  // namespace redis
