// Who may book, and what: a request is checked, and claimed for one attempt.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include "api/answer_cache.hpp"
#include "config/scheduling.hpp"
#include "net/limited_log.hpp"
#include "scheduling/booking_attempt.hpp"
#include "scheduling/site.hpp"
#include "scheduling/verify.hpp"

namespace scheduling {

class Availability;
struct World;

// What somebody sends who wants to book.
struct BookingRequest {
    std::string idempotency_key;
    std::string form_token;
    std::string captcha{};   // what the operator's captcha gave; ""
    bool is_server = false;  // a program with the admin token: no form, and no limit for its address
    std::string address;     // the visitor's
    boost::json::object body;
};

// By which a person's open bookings are counted.
std::string person_of(std::string_view email);

class Acceptance {
public:
    // An attempt to which the claim was granted, or the answer to the booking that was made before.
    using Accepted = std::variant<BookingAttempt, std::string>;

    Acceptance(const Site& site, const config::Scheduling& settings, World& world, Availability& availability,
               Verify verify);

    // `type`: the id that the body names. Throws redis::Error, rules::TimeZoneTrouble.
    boost::asio::awaitable<Outcome<Accepted>> accept(std::string type, BookingRequest request);

private:
    redis::BookingClaim claim_of(const BookingRequest& request, const calendly::NewBooking& booking) const;
    boost::asio::awaitable<Outcome<bool>> check_form(const BookingRequest& request, const std::string& type,
                                                     redis::BookingClaim& claim);
    boost::asio::awaitable<Outcome<bool>> check_offered(calendly::BookableType type,
                                                        calendly::Timestamp start);
    boost::asio::awaitable<Outcome<bool>> check_new(const BookingRequest& request, BookingAttempt& attempt);
    boost::asio::awaitable<Outcome<Accepted>> claim(BookingAttempt attempt, BookingRequest request);
    boost::asio::awaitable<redis::ClaimResult> claim_or_free(BookingAttempt attempt);
    boost::asio::awaitable<api::Answer<bool>> free_places(std::string email);
    boost::asio::awaitable<Outcome<bool>> check_person(const BookingRequest& request,
                                                       const BookingAttempt& attempt);
    boost::asio::awaitable<Outcome<bool>> count_day(BookingAttempt attempt);

    const Site& site_;
    const config::Scheduling& settings_;
    World& world_;
    Availability& availability_;
    Verify verify_;
    net::Waiting waiting_;
    api::AnswerCache<bool> freed_;  // by person: whether a place was found to be free
    net::LimitedLog log_;
};

}  // namespace scheduling
