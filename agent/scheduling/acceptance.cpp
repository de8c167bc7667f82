#include "scheduling/acceptance.hpp"

#include <algorithm>

#include <date/date.h>
#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "calendly/link.hpp"
#include "rules/booking_token.hpp"
#include "scheduling/availability.hpp"
#include "scheduling/bookings.hpp"
#include "text/base64url.hpp"
#include "text/seal.hpp"
#include "text/text.hpp"

namespace scheduling {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using calendly::Timestamp;
using redis::ClaimState;
using FormState = rules::FormToken::State;

constexpr std::size_t owner_size = 12;
constexpr std::size_t longest_captcha = 6000;  // those of hCaptcha have some 4,000
// The same for everybody: when another one's meeting is, is nobody's business.
constexpr std::chrono::hours wait_of_person{1};
// Whether somebody who has too many bookings has canceled one at Calendly, is looked for once in a minute.
constexpr api::CacheLimits limits_of_looking{
    .lifetime = std::chrono::seconds(60), .failure_lifetime = std::chrono::seconds(10), .most = 1000};

std::string hash_of(std::string_view kind, std::string_view text) {
    std::string both(kind);
    return text::base64url_sha256(both.append(" ").append(text));
}

Refusal taken(const calendly::BookableType& type) {
    Refusal refusal{Refusal::Code::taken, "This time is not free any more.", "start"};
    refusal.scheduling_url = type.scheduling_url;
    return refusal;
}

Refusal in_progress() {
    Refusal refusal{Refusal::Code::in_progress, "This booking is being made."};
    refusal.retry_after = std::chrono::seconds(2);
    return refusal;
}

// What follows from a claim that was not granted.
Refusal not_granted(const redis::ClaimResult& claim) {
    switch (claim.state) {
        case ClaimState::other_body:
            return invalid("Idempotency-Key", "stands for another booking");
        case ClaimState::in_progress:
            return in_progress();
        case ClaimState::spent_form:
            return forbidden("The form's token has been used, or is too old.");
        case ClaimState::address:
            return limited(claim.wait);
        default:
            return limited(wait_of_person);
    }
}

bool is_granted(ClaimState state) {
    return state == ClaimState::fresh || state == ClaimState::begun || state == ClaimState::sent;
}

std::string day_of(Timestamp time) {
    return date::format("%Y%m%d", std::chrono::floor<std::chrono::days>(time));
}

std::chrono::milliseconds until_next_day(Timestamp now) {
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::floor<std::chrono::days>(now) +
                                                        std::chrono::days(1) - now);
}

// 29 % of 100 are 29, though 0.29 is a little less than that.
std::int64_t most_of_day(const config::Scheduling& settings) {
    const auto most = static_cast<double>(settings.plan_bookings_per_day) * settings.daily_share;
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(most + 1e-6));
}

}  // namespace

std::string person_of(std::string_view email) {
    return hash_of("email", text::mailbox(email));
}

Acceptance::Acceptance(const Site& site, const config::Scheduling& settings, World& world,
                       Availability& availability, Verify verify)
    : site_(site),
      settings_(settings),
      world_(world),
      availability_(availability),
      verify_(std::move(verify)),
      freed_(limits_of_looking, waiting_),
      log_(world.log) {}

redis::BookingClaim Acceptance::claim_of(const BookingRequest& request,
                                         const calendly::NewBooking& booking) const {
    redis::BookingClaim claim;
    claim.key = hash_of("key", request.idempotency_key);
    claim.body = hash_of("body", json::serialize(request.body));
    claim.owner = text::base64url(text::random_bytes(owner_size));
    if (!request.is_server) {
        claim.address = hash_of("address", request.address);
        claim.most_of_address = static_cast<std::int64_t>(settings_.per_address.requests);
        claim.window = settings_.per_address.period;
    }
    claim.email = person_of(booking.email);
    claim.most_of_email = settings_.per_email;
    claim.now_ms = to_ms(world_.now());
    return claim;
}

// Who has no form's token, or a wrong one, learns nothing else.
asio::awaitable<Outcome<bool>> Acceptance::check_form(const BookingRequest& request, const std::string& type,
                                                      redis::BookingClaim& claim) {
    if (request.is_server) co_return true;
    const auto secret = co_await world_.store.secret();
    const auto form = rules::read_form_token(secret, type, request.form_token, world_.now());
    if (!form) co_return forbidden("The form's token is missing or wrong.");
    if (form->state == FormState::early) co_return forbidden("The form's token is not valid yet.");
    claim.form_nonce = form->nonce;
    claim.is_form_expired = form->state == FormState::expired;
    co_return true;
}

asio::awaitable<Outcome<bool>> Acceptance::check_offered(calendly::BookableType type, Timestamp start) {
    auto offered = co_await availability_.is_offered(type, start);
    if (!offered) co_return offered.error();
    if (*offered) co_return true;
    auto refusal = taken(type);
    refusal.alternatives = co_await availability_.alternatives(type, start);
    co_return refusal;
}

// A booking that is made already, or may be, is not held against the clock again: its start may have passed.
asio::awaitable<Outcome<Acceptance::Accepted>> Acceptance::accept(std::string id, BookingRequest request) {
    if (!rules::is_idempotency_key(request.idempotency_key))
        co_return invalid("Idempotency-Key", "must be 16 to 64 characters of ASCII, without blanks");
    if (!site_.has_type(id)) co_return not_bookable();
    redis::BookingClaim form = claim_of(request, {});
    auto allowed = co_await check_form(request, id, form);
    if (!allowed) co_return allowed.error();
    const auto known = co_await world_.store.recall(form);
    if (known.state == ClaimState::other_body || known.state == ClaimState::spent_form)
        co_return not_granted(known);
    if (known.state == ClaimState::done) co_return Accepted(known.answer);
    auto type = co_await availability_.type(id);
    if (!type) co_return type.error();
    const bool is_known = known.state != ClaimState::fresh;
    const auto now = is_known ? Timestamp::min() : world_.now();
    auto checked = rules::check_booking(request.body, *type, now);
    if (const auto* error = std::get_if<rules::FieldError>(&checked)) co_return invalid(*error);
    BookingAttempt attempt{claim_of(request, std::get<calendly::NewBooking>(checked)), *type,
                           std::get<calendly::NewBooking>(std::move(checked))};
    attempt.claim.form_nonce = form.form_nonce;
    attempt.claim.is_form_expired = form.is_form_expired;
    if (!is_known) {
        auto is_fine = co_await check_new(request, attempt);
        if (!is_fine) co_return is_fine.error();
    }
    auto claimed = co_await claim(std::move(attempt), std::move(request));
    co_return claimed;
}

// What may change, and is not held against a booking that was begun.
asio::awaitable<Outcome<bool>> Acceptance::check_new(const BookingRequest& request, BookingAttempt& attempt) {
    if (request.captcha.size() > longest_captcha || !rules::is_plain_ascii(request.captcha))
        co_return invalid(captcha_field, "must be at most 6000 characters of ASCII, without blanks");
    const auto host = co_await availability_.host_email(attempt.type);
    if (auto error = rules::leave_out_host(attempt.booking, host)) co_return invalid(std::move(*error));
    auto offered = co_await check_offered(attempt.type, attempt.booking.start);
    co_return offered;
}

// With the key taken, as two that come at once must not both ask: what a captcha gave is good for one
// question.
asio::awaitable<Outcome<bool>> Acceptance::check_person(const BookingRequest& request,
                                                        const BookingAttempt& attempt) {
    if (!verify_ || request.is_server) co_return true;
    Applicant applicant{id_of_type(attempt.type.uri), request.form_token, request.captcha, request.address};
    auto verified = co_await verify_(std::move(applicant));
    if (!verified) {
        auto refusal = verified.error();
        refusal.scheduling_url = attempt.type.scheduling_url;
        co_await world_.store.give_up(attempt.claim);
        co_return refusal;
    }
    const bool is_ours = co_await world_.store.hold(attempt.claim.key, attempt.claim.owner);
    if (!is_ours) co_return in_progress();
    co_return true;
}

// Who canceled at Calendly's page, or whose host did, has one booking less than is noted here.
asio::awaitable<api::Answer<bool>> Acceptance::free_places(std::string email) {
    bool is_free = false;
    const auto ids = co_await world_.store.open_of(email);
    for (const auto& id : ids) {
        const auto parts = rules::parse_booking_id(id);
        if (!parts) continue;
        const calendly::Link link{calendly::LinkKind::invitee,
                                  "/scheduled_events/" + parts->event + "/invitees/" + parts->invitee};
        auto found = co_await world_.listing.invitee(link);
        if (!found && found.error().status != 404) co_return found.error();
        if (found && !found->is_canceled) continue;
        co_await world_.store.close(email, id);
        is_free = true;
    }
    co_return is_free;
}

asio::awaitable<redis::ClaimResult> Acceptance::claim_or_free(BookingAttempt attempt) {
    auto claimed = co_await world_.store.claim(attempt.claim);
    if (claimed.state != ClaimState::email) co_return claimed;
    const auto look = [this, email = attempt.claim.email] { return free_places(email); };
    const auto is_free = co_await freed_.get(attempt.claim.email, {}, look);
    if (is_free && *is_free) claimed = co_await world_.store.claim(attempt.claim);
    co_return claimed;
}

asio::awaitable<Outcome<Acceptance::Accepted>> Acceptance::claim(BookingAttempt attempt,
                                                                 BookingRequest request) {
    const auto claimed = co_await claim_or_free(attempt);
    if (claimed.state == ClaimState::done) co_return Accepted(claimed.answer);
    if (!is_granted(claimed.state)) {
        auto refusal = not_granted(claimed);
        refusal.scheduling_url = attempt.type.scheduling_url;
        co_return refusal;
    }
    attempt.is_resumed = claimed.state == ClaimState::sent;
    if (!attempt.is_resumed) {
        auto is_person = co_await check_person(request, attempt);
        if (!is_person) co_return is_person.error();
    }
    if (claimed.state == ClaimState::fresh) {
        attempt.day = day_of(world_.now());
        auto counted = co_await count_day(attempt);
        if (!counted) co_return counted.error();
    }
    co_return Accepted(std::move(attempt));
}

asio::awaitable<Outcome<bool>> Acceptance::count_day(BookingAttempt attempt) {
    const bool is_counted = co_await world_.store.count_day(attempt.day, most_of_day(settings_));
    if (is_counted) co_return true;
    co_await world_.store.give_up(attempt.claim);
    log_.warn("day",
              fmt::format("{} bookings were made today, as many as scheduling.daily_share allows: visitors "
                          "are sent to Calendly's page until midnight (UTC)",
                          most_of_day(settings_)));
    auto refusal = limited(until_next_day(world_.now()));
    refusal.scheduling_url = attempt.type.scheduling_url;
    co_return refusal;
}

}  // namespace scheduling
