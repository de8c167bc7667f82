#include "scheduling/desk.hpp"

#include <algorithm>

#include <date/date.h>
#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "calendly/link.hpp"
#include "http/admission.hpp"
#include "redis/error.hpp"
#include "rules/booking_token.hpp"
#include "rules/offered_times.hpp"
#include "rules/time_zones.hpp"
#include "scheduling/shapes.hpp"
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

constexpr auto not_now = "a visitor is told that booking does not work at the moment";
constexpr std::size_t nonce_size = 12;
constexpr std::chrono::hours wait_of_person{
    1};  // the same for everybody: when another one's meeting is, is nobody's business

std::string hash_of(std::string_view kind, std::string_view text) {
    std::string both(kind);
    return text::base64url_sha256(both.append(" ").append(text));
}

std::int64_t in_ms(Timestamp time) {
    return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
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

// A time of the query; nothing when it is none.
std::optional<Timestamp> time_in(const std::optional<std::string>& text, Timestamp otherwise) {
    return text ? calendly::parse_timestamp(*text) : otherwise;
}

std::string day_of(Timestamp time) {
    return date::format("%Y%m%d", std::chrono::floor<std::chrono::days>(time));
}

std::chrono::milliseconds until_next_day(Timestamp now) {
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::floor<std::chrono::days>(now) +
                                                        std::chrono::days(1) - now);
}

std::int64_t most_of_day(const config::Scheduling& settings) {
    const auto most = static_cast<double>(settings.plan_bookings_per_day) * settings.daily_share;
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(most));
}

}  // namespace

// One more piece of work while it lives.
struct Desk::Use {
    explicit Use(Desk& desk) : desk_(desk) { ++desk_.in_use_; }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() {
        --desk_.in_use_;
        desk_.has_ended_.notify();
    }

private:
    Desk& desk_;
};

Desk::Desk(const config::Connector& connector, World world, Verify verify)
    : site_(connector),
      settings_(connector.scheduling),
      world_(std::move(world)),
      verify_(std::move(verify)),
      availability_(site_, world_.calendly, world_.now),
      bookings_(world_, availability_,
                [this](calendly::BookableType type, calendly::NewBooking booking, calendly::Invitee invitee) {
                    return describe(std::move(type), std::move(booking), std::move(invitee));
                }),
      log_(world_.log),
      has_ended_(world_.interruption.executor()) {}

InUse Desk::use() {
    return std::make_shared<Use>(*this);
}

asio::awaitable<void> Desk::finished() {
    close();
    while (in_use_ > 0) co_await has_ended_.wait();
}

// What goes wrong with Redis, or because the agent stops, is nobody's mistake.
template <typename T>
asio::awaitable<Outcome<T>> Desk::guarded(asio::awaitable<Outcome<T>> work, std::string type) {
    auto refusal = unavailable();
    refusal.scheduling_url = availability_.scheduling_url(type);
    if (is_closed_) co_return refusal;
    const auto in_use = use();
    try {
        auto outcome = co_await std::move(work);
        if (outcome || outcome.error().code != Refusal::Code::unavailable) co_return outcome;
        refusal = outcome.error();
    } catch (const redis::Error& error) {
        log_.warn("redis", fmt::format("{}: {}", not_now, error.what()));
    } catch (const rules::TimeZoneTrouble& trouble) {
        log_.error("zones", fmt::format("{}: {}", not_now, trouble.what()));
    } catch (const net::Interrupted&) {
        refusal.retry_after = std::chrono::seconds(2);
    }
    if (refusal.scheduling_url.empty()) refusal.scheduling_url = availability_.scheduling_url(type);
    co_return refusal;
}

asio::awaitable<Outcome<json::array>> Desk::event_types() {
    const auto work = [](Desk& desk) -> asio::awaitable<Outcome<json::array>> {
        auto types = co_await desk.availability_.types();
        if (!types) co_return types.error();
        json::array all;
        for (const auto& type : *types) all.push_back(to_json(type));
        co_return all;
    };
    return guarded(work(*this), site_.types.front());
}

asio::awaitable<Outcome<json::object>> Desk::available_times(std::string id, std::optional<std::string> start,
                                                             std::optional<std::string> end) {
    const auto work = [](Desk& desk, std::string wanted, std::optional<std::string> from_text,
                         std::optional<std::string> to_text) -> asio::awaitable<Outcome<json::object>> {
        const auto now = desk.world_.now();
        const auto given = time_in(from_text, now);
        if (!given) co_return invalid("start", "must be a time such as 2026-12-01T09:00:00Z");
        const auto from = std::max(*given, now);
        const auto to = time_in(to_text, from + rules::piece_length);
        if (!to) co_return invalid("end", "must be a time such as 2026-12-01T09:00:00Z");
        if (*to <= from) co_return invalid("end", "must be after start, and in the future");
        if (*to - *given > rules::longest_request)
            co_return invalid("end", "is more than 93 days after start");
        auto type = co_await desk.availability_.type(wanted);
        if (!type) co_return type.error();
        auto times = co_await desk.availability_.times(*type, from, *to);
        if (!times) co_return times.error();
        co_return to_json(*times, std::min(*to, now + rules::farthest_time));
    };
    return guarded(work(*this, id, std::move(start), std::move(end)), id);
}

asio::awaitable<Outcome<json::object>> Desk::form_token(std::string id) {
    const auto work = [](Desk& desk, std::string type) -> asio::awaitable<Outcome<json::object>> {
        if (!desk.site_.has_type(type)) co_return not_bookable();
        const auto secret = co_await desk.world_.store.secret();
        const auto now = desk.world_.now();
        const auto nonce = text::base64url(text::random_bytes(nonce_size));
        co_return json::object{
            {"token", rules::make_form_token(secret, type, nonce, now)},
            {"not_before", to_text(now + rules::form_token_from + std::chrono::seconds(1))},
            {"expires", to_text(now + rules::form_token_until)}};
    };
    return guarded(work(*this, id), id);
}

asio::awaitable<Outcome<std::string>> Desk::book(std::string type, BookingRequest request) {
    auto work = book_checked(type, std::move(request));
    return guarded(std::move(work), type);
}

redis::BookingClaim Desk::claim_of(const BookingRequest& request, const calendly::NewBooking& booking) const {
    redis::BookingClaim claim;
    claim.key = hash_of("key", request.idempotency_key);
    claim.body = hash_of("body", json::serialize(request.body));
    claim.owner = text::base64url(text::random_bytes(nonce_size));
    if (!request.is_server) {
        claim.address = hash_of("address", request.address);
        claim.most_of_address = static_cast<std::int64_t>(settings_.per_address.requests);
        claim.window = settings_.per_address.period;
    }
    claim.email = hash_of("email", text::mailbox(booking.email));
    claim.most_of_email = settings_.per_email;
    claim.now_ms = in_ms(world_.now());
    return claim;
}

// Who has no form's token, or a wrong one, learns nothing else.
asio::awaitable<Outcome<bool>> Desk::check_form(const BookingRequest& request, const std::string& type,
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

asio::awaitable<Outcome<bool>> Desk::check_offered(calendly::BookableType type, Timestamp start) {
    auto offered = co_await availability_.is_offered(type, start);
    if (!offered) co_return offered.error();
    if (*offered) co_return true;
    auto refusal = taken(type);
    refusal.alternatives = co_await availability_.alternatives(type, start);
    co_return refusal;
}

// A booking that is made already, or may be, is not held against the clock again: its start may have passed.
asio::awaitable<Outcome<std::string>> Desk::book_checked(std::string id, BookingRequest request) {
    if (!rules::is_idempotency_key(request.idempotency_key))
        co_return invalid("Idempotency-Key", "must be 16 to 64 characters of ASCII, without blanks");
    if (!site_.has_type(id)) co_return not_bookable();
    redis::BookingClaim form = claim_of(request, {});
    auto allowed = co_await check_form(request, id, form);
    if (!allowed) co_return allowed.error();
    const auto known = co_await world_.store.recall(form);
    if (known.state == ClaimState::other_body || known.state == ClaimState::spent_form)
        co_return not_granted(known);
    if (known.state == ClaimState::done) co_return known.answer;
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
        auto offered = co_await check_offered(*type, attempt.booking.start);
        if (!offered) co_return offered.error();
        if (verify_ && !request.is_server) {
            auto verified = co_await verify_(request.form_token);
            if (!verified) co_return verified.error();
        }
    }
    auto outcome = co_await claim_and_make(std::move(attempt));
    co_return outcome;
}

asio::awaitable<Outcome<std::string>> Desk::claim_and_make(BookingAttempt attempt) {
    const auto claim = co_await world_.store.claim(attempt.claim);
    if (claim.state == ClaimState::done) co_return claim.answer;
    if (!is_granted(claim.state)) {
        auto refusal = not_granted(claim);
        refusal.scheduling_url = attempt.type.scheduling_url;
        co_return refusal;
    }
    attempt.is_resumed = claim.state == ClaimState::sent;
    if (claim.state == ClaimState::fresh) {
        attempt.day = day_of(world_.now());
        auto counted = co_await count_day(attempt);
        if (!counted) co_return counted.error();
    }
    auto outcome = co_await bookings_.make(std::move(attempt), use());
    co_return outcome;
}

asio::awaitable<Outcome<bool>> Desk::count_day(BookingAttempt attempt) {
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

// Where it is and with whom, the event tells; without it, what the visitor chose.
asio::awaitable<std::pair<std::string, std::string>> Desk::describe(calendly::BookableType type,
                                                                    calendly::NewBooking booking,
                                                                    calendly::Invitee invitee) {
    std::optional<calendly::ListedEvent> event;
    const auto link = calendly::parse_link(invitee.event, world_.listing.origin());
    if (link && !world_.interruption.is_requested()) {
        auto answer = co_await world_.listing.event(*link);
        if (answer) event = std::move(*answer);
    }
    auto booked = booked_of(invitee, event);
    booked.type_name = type.name;
    booked.start = booking.start;
    if (!event) {
        booked.end = booking.start + std::chrono::minutes(type.duration);
        if (booking.location) booked.location_kind = booking.location->kind;
        if (booking.location) booked.location = booking.location->location;
    }
    const auto secret = co_await world_.store.secret();
    const auto json = to_json(booked, rules::make_cancel_token(secret, booked.id), world_.now());
    co_return std::pair(booked.id, json::serialize(json));
}

asio::awaitable<bool> Desk::is_own(std::string id, std::string cancel_token) {
    if (is_closed_ || !rules::parse_booking_id(id)) co_return false;
    const auto in_use = use();
    const auto secret = co_await world_.store.secret();
    co_return rules::is_cancel_token(secret, id, cancel_token);
}

asio::awaitable<Outcome<Desk::Meeting>> Desk::find(std::string id) {
    const auto parts = rules::parse_booking_id(id);
    if (!parts) co_return not_bookable();
    const calendly::Link event{calendly::LinkKind::scheduled_event, "/scheduled_events/" + parts->event};
    const calendly::Link invitee{calendly::LinkKind::invitee, event.path + "/invitees/" + parts->invitee};
    auto found = co_await world_.listing.invitee(invitee);
    if (!found) co_return not_shown(found.error());
    auto meeting = co_await world_.listing.event(event);
    if (!meeting) co_return not_shown(meeting.error());
    co_return Meeting{std::move(found->invitee), std::move(*meeting)};
}

asio::awaitable<Outcome<json::object>> Desk::state(std::string id, std::string cancel_token) {
    const auto work = [](Desk& desk, std::string booking,
                         std::string token) -> asio::awaitable<Outcome<json::object>> {
        auto found = co_await desk.find(booking);
        if (!found) co_return found.error();
        const auto booked = booked_of(found->invitee, found->event);
        auto json = to_json(booked, token, desk.world_.now());
        json["status"] = booked.is_canceled ? "canceled" : "active";
        json["event_type"] = id_of_type(found->event.event.event_type);
        co_return json;
    };
    return guarded(work(*this, std::move(id), std::move(cancel_token)), "");
}

asio::awaitable<Outcome<bool>> Desk::cancel(std::string id, std::string reason) {
    auto work = cancel_found(std::move(id), std::move(reason));
    return guarded(std::move(work), "");
}

// Calendly's call cancels the event for all that come to it.
asio::awaitable<Outcome<bool>> Desk::cancel_found(std::string id, std::string reason) {
    auto found = co_await find(id);
    if (!found) co_return found.error();
    const auto& invitee = found->invitee;
    if (invitee.cancellation || found->event.status == "canceled") co_return true;
    auto type = co_await availability_.type(id_of_type(found->event.event.event_type));
    if (!type && type.error().code != Refusal::Code::not_bookable) co_return type.error();
    if ((type && !type->is_for_one()) || found->event.total > 1) {
        Refusal refusal{Refusal::Code::group, "Others come to this meeting, too: cancel at Calendly's page."};
        refusal.cancel_url = invitee.cancel_url;
        co_return refusal;
    }
    const auto parts = rules::parse_booking_id(id);
    auto canceled = co_await world_.calendly.cancel_event(parts->event, std::move(reason));
    if (!canceled && canceled.error().status == 403) {
        auto refusal = forbidden("This meeting cannot be canceled any more.");
        refusal.cancel_url = invitee.cancel_url;
        co_return refusal;
    }
    if (!canceled) co_return not_shown(canceled.error());
    if (type && found->event.event.start_time) availability_.forget(*type, *found->event.event.start_time);
    co_await world_.store.close(hash_of("email", text::mailbox(invitee.email)), id);
    co_return true;
}

asio::awaitable<Outcome<json::object>> Desk::link(std::string id) {
    const auto work = [](Desk& desk, std::string wanted) -> asio::awaitable<Outcome<json::object>> {
        auto type = co_await desk.availability_.type(wanted);
        if (!type) co_return type.error();
        auto link = co_await desk.world_.listing.create_link(type->uri);
        if (!link) co_return not_shown(link.error());
        co_return json::object{{"url", link->booking_url}};
    };
    return guarded(work(*this, id), id);
}

std::string Desk::address_of(const std::string& peer, const std::string& real_ip) const {
    const bool is_proxy =
        std::ranges::find(settings_.trusted_proxies, peer) != settings_.trusted_proxies.end();
    boost::system::error_code error;
    const auto address = asio::ip::make_address(is_proxy && !real_ip.empty() ? real_ip : peer, error);
    return error ? peer : http::peer_of(address);
}

}  // namespace scheduling
