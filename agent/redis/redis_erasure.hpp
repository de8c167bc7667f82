#pragma once

#include <set>
#include <string>
#include <vector>

#include "redis/client.hpp"
#include "redis/erasure.hpp"

namespace redis {

class RedisErasure final : public Erasure {
public:
    RedisErasure(Client& client, std::string connector) : client_(client), connector_(std::move(connector)) {}

    boost::asio::awaitable<ErasedEntries> erase_entries(WaitingIn stream, std::vector<std::string> ids,
                                                        std::chrono::milliseconds recently) override;
    boost::asio::awaitable<std::size_t> timeline(std::string person, Erasing erasing) override;
    boost::asio::awaitable<std::size_t> ledger(std::string person, Erasing erasing) override;
    boost::asio::awaitable<std::size_t> leases(std::string person, Erasing erasing) override;
    boost::asio::awaitable<std::size_t> site_bookings(std::string hash, Erasing erasing) override;

private:
    std::string key(const std::string& suffix) const;
    // How many of the keys there are, or were.
    boost::asio::awaitable<std::size_t> keys(std::vector<std::string> names, Erasing erasing);
    boost::asio::awaitable<std::size_t> site_records(std::set<std::string> ids, Erasing erasing);
    boost::asio::awaitable<bool> is_record_of(std::string name, const std::set<std::string>& ids);

    Client& client_;
    std::string connector_;
};

}  // namespace redis
