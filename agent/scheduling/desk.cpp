#include "scheduling/desk.hpp"

#include <algorithm>

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

namespace scheduling {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using calendly::Timestamp;

constexpr auto not_now = "a visitor is told that booking does not work at the moment";
constexpr std::size_t nonce_size = 12;

// A time of the query; nothing when it is none.
std::optional<Timestamp> time_in(const std::optional<std::string>& text, Timestamp otherwise) {
    return text ? calendly::parse_timestamp(*text) : otherwise;
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
      availability_(site_, world_.calendly, world_.now),
      acceptance_(site_, settings_, world_, availability_, std::move(verify)),
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
    if (refusal.scheduling_url.empty()) refusal.scheduling_url = co_await page_of(type);
    co_return refusal;
}

// The way out outlives the agent. Noted where Redis is asked anyway; without it everything else goes on.
asio::awaitable<void> Desk::note_page(std::string type) {
    const auto url = availability_.scheduling_url(type);
    if (url.empty() || noted_pages_[type] == url) co_return;
    try {
        co_await world_.store.note_page(type, url);
        noted_pages_[type] = url;
    } catch (const redis::Error&) {
        co_return;  // the next call tries again
    }
}

asio::awaitable<std::string> Desk::page_of(std::string type) {
    auto url = availability_.scheduling_url(type);
    if (!url.empty() || type.empty() || world_.interruption.is_requested()) co_return url;
    try {
        url = co_await world_.store.page_of(type);
    } catch (const redis::Error&) {
        co_return std::string();
    }
    co_return url;
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
        if (*to - from > rules::longest_request) co_return invalid("end", "is more than 93 days after start");
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
        json::object answer{{"token", rules::make_form_token(secret, type, nonce, now)},
                            {"not_before", to_text(now + rules::form_token_from + std::chrono::seconds(1))},
                            {"expires", to_text(now + rules::form_token_until)}};
        if (!desk.settings_.verify_url.empty()) answer["captcha"] = true;
        co_await desk.note_page(type);
        co_return answer;
    };
    return guarded(work(*this, id), id);
}

asio::awaitable<Outcome<std::string>> Desk::book(std::string type, BookingRequest request) {
    auto work = accept_and_make(type, std::move(request));
    return guarded(std::move(work), type);
}

asio::awaitable<Outcome<std::string>> Desk::accept_and_make(std::string type, BookingRequest request) {
    auto accepted = co_await acceptance_.accept(std::move(type), std::move(request));
    if (!accepted) co_return accepted.error();
    if (auto* answer = std::get_if<std::string>(&*accepted)) co_return std::move(*answer);
    auto attempt = std::get<BookingAttempt>(std::move(*accepted));
    const auto id = id_of_type(attempt.type.uri);
    auto made = co_await bookings_.make(std::move(attempt), use());
    if (made) co_await note_page(id);
    co_return made;
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
    // Of a type that cannot be booked any more the meeting still tells for how many it is.
    if ((type && !type->is_for_one()) || std::max(found->event.total, found->event.limit) > 1) {
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
    co_await world_.store.close(person_of(invitee.email), id);
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
