#pragma once

#include <functional>
#include <string>
#include <vector>

#include "redis/booking_store.hpp"
#include "redis/client.hpp"

namespace redis {

// Who has open bookings stands there; `email` as the booking store is told it.
std::string open_bookings_key(const std::string& connector, const std::string& email);
// The ids of the open bookings under that key, and of those that are being made the keys of their records.
boost::asio::awaitable<std::vector<std::string>> open_bookings(Client& client, std::string key);

class RedisBookingStore final : public BookingStore {
public:
    // `account`: that of the credential, asked anew each time; Redis learns its hash.
    RedisBookingStore(Client& client, std::string connector, std::function<std::string()> account);

    boost::asio::awaitable<std::string> secret() override;
    boost::asio::awaitable<ClaimResult> recall(BookingClaim claim) override;
    boost::asio::awaitable<ClaimResult> claim(BookingClaim claim) override;
    boost::asio::awaitable<bool> hold(std::string key, std::string owner) override;
    boost::asio::awaitable<bool> note_sent(std::string key, std::string owner) override;
    boost::asio::awaitable<void> finish(BookingClaim claim, std::string answer, std::string id,
                                        std::int64_t start_ms) override;
    boost::asio::awaitable<void> give_up(BookingClaim claim) override;
    boost::asio::awaitable<void> unlock(std::string key, std::string owner) override;
    boost::asio::awaitable<std::vector<std::string>> open_of(std::string email) override;
    boost::asio::awaitable<void> close(std::string email, std::string id) override;
    boost::asio::awaitable<bool> count_day(std::string day, std::int64_t most) override;
    boost::asio::awaitable<void> uncount_day(std::string day) override;
    boost::asio::awaitable<void> note_page(std::string type, std::string url) override;
    boost::asio::awaitable<std::string> page_of(std::string type) override;

private:
    std::string key(std::string_view kind, const std::string& name) const;
    std::string day_key(const std::string& day) const;
    Arguments keys_of(const BookingClaim& claim) const;

    Client& client_;
    std::string connector_;
    std::function<std::string()> account_;
    std::string secret_;
};

}  // namespace redis
