#include "scheduling/bookings.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "calendly/scheduling_codec.hpp"
#include "net/interruption.hpp"
#include "redis/error.hpp"
#include "rules/booking_refusal.hpp"
#include "text/base64url.hpp"

namespace scheduling {
namespace {

namespace asio = boost::asio;
using Kind = rules::BookingRefusal::Kind;

constexpr unsigned most_posts = 2;

// Calendly counts the answers that it was sent; the visitor's are known by position.
rules::FieldError by_position(rules::FieldError error, const calendly::NewBooking& booking) {
    const auto bracket = error.field.find('[');
    if (bracket == error.field.npos) return error;
    std::size_t index = 0;
    std::from_chars(error.field.data() + bracket + 1, error.field.data() + error.field.size(), index);
    if (index >= booking.answers.size()) return {"answers", error.message};
    return {"answers[" + std::to_string(booking.answers[index].position) + "]", error.message};
}

}  // namespace

std::int64_t to_ms(calendly::Timestamp time) {
    return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

std::string token_of_key(const std::string& key) {
    return text::base64url_sha256("calendly-brevo booking " + key);
}

Bookings::Bookings(World& world, Availability& availability, Describe describe)
    : world_(world),
      availability_(availability),
      describe_(std::move(describe)),
      look_up_(world.account, world.listing),
      log_(world.log) {}

asio::awaitable<Outcome<std::string>> Bookings::make(BookingAttempt attempt, InUse in_use) {
    const auto lock = std::make_shared<BookingLock>(world_.interruption.executor(), world_.store,
                                                    attempt.claim.key, attempt.claim.owner, in_use);
    attempt.booking.tracking.emplace_back(calendly::token_member, token_of_key(attempt.claim.key));
    std::string trouble;
    try {
        auto outcome = co_await persist(attempt, lock);
        co_return outcome;
    } catch (const redis::Error& error) {
        trouble = error.what();
    } catch (const net::Interrupted& interrupted) {
        trouble = interrupted.what();
    }
    // Whoever comes next with the key looks it up.
    log_.warn("left open",
              fmt::format("a booking was left open, the visitor is told to try again: {}", trouble));
    auto refusal = co_await leave_open(attempt, {});
    co_return refusal;
}

// At most two calls, and before the second one, or the first of an attempt that goes on for another, it is
// looked for: the answer may be all that was lost.
asio::awaitable<Outcome<std::string>> Bookings::persist(BookingAttempt attempt,
                                                        std::shared_ptr<BookingLock> lock) {
    for (unsigned posts = 0; posts <= most_posts; ++posts) {
        if (posts > 0 || attempt.is_resumed) {
            auto found = co_await look_up_twice(attempt);
            if (!found) {
                auto open = co_await leave_open(attempt, found.error().wait);
                co_return open;
            }
            if (*found) {
                auto made = co_await finish(attempt, **found);
                co_return made;
            }
        }
        if (posts == most_posts) break;
        const bool is_noted = co_await world_.store.note_sent(attempt.claim.key, attempt.claim.owner);
        if (!is_noted) break;
        const http::Guard guard([lock] { return lock->is_ours(); });
        auto answer = co_await world_.calendly.book(attempt.booking, guard);
        if (answer) {
            auto made = co_await finish(attempt, *answer);
            co_return made;
        }
        const auto& failure = answer.error();
        const bool is_uncertain = posts > 0 || attempt.is_resumed;
        if (failure.remedy == api::Remedy::withheld) {
            if (is_uncertain) break;
            auto refusal = co_await give_up(attempt, unavailable(failure.wait));
            co_return refusal;
        }
        const auto kind = rules::judge_booking_refusal(failure.status, failure.body).kind;
        if (is_uncertain && (kind == Kind::limited || kind == Kind::unavailable)) break;
        // Taken by whom? Perhaps by the call before this one.
        if (kind == Kind::unknown || (kind == Kind::taken && is_uncertain)) {
            if (kind == Kind::unknown) continue;
            auto found = co_await look_up_twice(attempt);
            if (!found) break;
            if (*found) {
                auto made = co_await finish(attempt, **found);
                co_return made;
            }
        }
        auto refusal = co_await refused(attempt, failure);
        co_return refusal;
    }
    auto open = co_await leave_open(attempt, {});
    co_return open;
}

asio::awaitable<api::Answer<Bookings::Found>> Bookings::look_up_twice(BookingAttempt attempt) {
    const auto token = token_of_key(attempt.claim.key);
    for (int times = 1;; ++times) {
        co_await world_.interruption.sleep(world_.pause);
        auto found = co_await look_up_.find(attempt.booking, token);
        if (!found || *found || times == 2) co_return found;
    }
}

// It is made, whether or not Redis hears of it.
asio::awaitable<Outcome<std::string>> Bookings::finish(BookingAttempt attempt, calendly::Invitee invitee) {
    availability_.forget(attempt.type, attempt.booking.start);
    auto described = co_await describe_(attempt.type, attempt.booking, std::move(invitee));
    auto [id, answer] = std::move(described);
    try {
        co_await world_.store.finish(attempt.claim, answer, id, to_ms(attempt.booking.start));
    } catch (const redis::Error& error) {
        log_.warn(
            "not noted",
            fmt::format("a booking was made and could not be noted: asked for again, it is looked up: {}",
                        error.what()));
    }
    co_return answer;
}

asio::awaitable<Refusal> Bookings::refused(BookingAttempt attempt, api::ApiFailure failure) {
    auto judged = rules::judge_booking_refusal(failure.status, failure.body);
    Refusal refusal;
    if (judged.kind == Kind::taken) {
        availability_.forget(attempt.type, attempt.booking.start);
        refusal = Refusal{Refusal::Code::taken, "This time is not free any more.", "start"};
        refusal.alternatives = co_await availability_.alternatives(attempt.type, attempt.booking.start);
    } else if (judged.kind == Kind::invalid) {
        refusal = invalid(by_position(std::move(judged.error), attempt.booking));
    } else if (judged.kind == Kind::limited) {
        refusal = limited(std::max(failure.wait, std::chrono::milliseconds(60'000)));
    } else if (judged.kind == Kind::not_bookable) {
        refusal = not_bookable();
    } else {
        log_.error("refused", fmt::format("no booking can be made: {}; visitors are sent to Calendly's page",
                                          api::describe(failure)));
        refusal = unavailable(std::chrono::minutes(1));
    }
    refusal.scheduling_url = attempt.type.scheduling_url;
    auto final_refusal = co_await give_up(attempt, std::move(refusal));
    co_return final_refusal;
}

asio::awaitable<Refusal> Bookings::give_up(BookingAttempt attempt, Refusal refusal) {
    if (refusal.scheduling_url.empty()) refusal.scheduling_url = attempt.type.scheduling_url;
    try {
        co_await world_.store.give_up(attempt.claim);
        if (!attempt.day.empty()) co_await world_.store.uncount_day(attempt.day);
    } catch (const redis::Error& error) {
        log_.warn("kept", fmt::format("a refused booking keeps its key for a day: {}", error.what()));
    }
    co_return refusal;
}

asio::awaitable<Refusal> Bookings::leave_open(BookingAttempt attempt, std::chrono::milliseconds wait) {
    auto refusal = unavailable(wait);
    refusal.scheduling_url = attempt.type.scheduling_url;
    try {
        co_await world_.store.unlock(attempt.claim.key, attempt.claim.owner);
    } catch (const redis::Error&) {
        refusal.retry_after = std::max(refusal.retry_after, redis::booking_lock_lasts);
    }
    co_return refusal;
}

}  // namespace scheduling
