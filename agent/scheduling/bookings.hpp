// One booking for one idempotency key, whatever is lost on the way.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "calendly/account_api.hpp"
#include "calendly/listing_api.hpp"
#include "calendly/scheduling_api.hpp"
#include "net/interruption.hpp"
#include "net/limited_log.hpp"
#include "redis/booking_store.hpp"
#include "scheduling/availability.hpp"
#include "scheduling/booking_attempt.hpp"
#include "scheduling/booking_lock.hpp"
#include "scheduling/look_up.hpp"
#include "scheduling/refusal.hpp"

namespace scheduling {

struct World {
    calendly::SchedulingApi& calendly;
    calendly::ListingApi& listing;
    calendly::AccountApi& account;
    redis::BookingStore& store;
    net::Interruption& interruption;
    std::shared_ptr<spdlog::logger> log;
    Now now;
    std::chrono::milliseconds pause{2000};  // before a lost booking is looked up
};

class Bookings {
public:
    // The answer to a booking that was made, as text.
    using Describe = std::function<boost::asio::awaitable<std::pair<std::string, std::string>>(
        calendly::BookableType, calendly::NewBooking, calendly::Invitee)>;

    // `describe` gives the booking's id and the answer.
    Bookings(World& world, Availability& availability, Describe describe);

    // The claim has been granted to the attempt; it ends here, whatever comes of it.
    boost::asio::awaitable<Outcome<std::string>> make(BookingAttempt attempt, InUse in_use);

private:
    using Found = std::optional<calendly::Invitee>;

    boost::asio::awaitable<Outcome<std::string>> persist(BookingAttempt attempt,
                                                         std::shared_ptr<BookingLock> lock);
    boost::asio::awaitable<Outcome<std::string>> finish(BookingAttempt attempt, calendly::Invitee invitee);
    boost::asio::awaitable<Refusal> give_up(BookingAttempt attempt, Refusal refusal);
    boost::asio::awaitable<Refusal> leave_open(BookingAttempt attempt, std::chrono::milliseconds wait);
    boost::asio::awaitable<api::Answer<Found>> look_up_twice(BookingAttempt attempt);
    boost::asio::awaitable<Refusal> refused(BookingAttempt attempt, api::ApiFailure failure);

    World& world_;
    Availability& availability_;
    Describe describe_;
    LookUp look_up_;
    net::LimitedLog log_;
};

// As the store counts time: milliseconds since 1970.
std::int64_t to_ms(calendly::Timestamp time);

// By which a booking is found again: the same for every attempt with one key.
std::string token_of_key(const std::string& key);

}  // namespace scheduling
