// A Calendly by which somebody books: its meetings are those of the listing beside it.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "calendly/parse.hpp"
#include "calendly/scheduling_api.hpp"
#include "calendly/scheduling_codec.hpp"
#include "unit/fakes/listing_api.hpp"

namespace fakes {

class SchedulingApi final : public calendly::SchedulingApi {
public:
    explicit SchedulingApi(ListingApi& meetings) : listing(meetings) {
        type.uri = "https://api.calendly.com/event_types/demo";
        type.name = "Demo";
        type.duration = 30;
        type.kind = "solo";
        type.scheduling_url = "https://calendly.com/h/demo";
    }

    ListingApi& listing;
    calendly::BookableType type;
    std::vector<calendly::Timestamp> starts;  // that the host offers
    std::ptrdiff_t places = 1;                // of each
    std::vector<calendly::NewBooking> sent;
    std::vector<std::string> calls;  // "type", "times", "book", "cancel <event>"
    // Asked before each call is answered; what it gives is answered instead.
    std::function<std::optional<api::ApiFailure>(const std::string& call)> on_call;

    static api::ApiFailure failure(unsigned status, std::string body = "") {
        api::ApiFailure failure;
        failure.status = status;
        failure.remedy =
            status == 0 || status >= 500 || status == 429 ? api::Remedy::retry : api::Remedy::give_up;
        failure.reason = "Calendly answered " + std::to_string(status);
        failure.body = std::move(body);
        return failure;
    }

    bool is_taken(calendly::Timestamp start) const {
        const auto booked = std::ranges::count_if(listing.meetings, [&](const auto& meeting) {
            return meeting.event.at("start_time").as_string() == calendly::to_string(start) &&
                   meeting.event.at("status").as_string() == "active";
        });
        return booked >= places;
    }

    boost::asio::awaitable<api::Answer<calendly::BookableType>> bookable_type(std::string) override {
        if (const auto instead = note("type")) co_return *instead;
        co_return type;
    }
    boost::asio::awaitable<api::Answer<std::string>> email_of(std::string) override {
        if (const auto instead = note("email")) co_return *instead;
        co_return std::string("harriet@example.com");
    }
    boost::asio::awaitable<api::Answer<std::vector<calendly::OfferedTime>>> available_times(
        std::string, calendly::Timestamp from, calendly::Timestamp to) override {
        if (const auto instead = note("times")) co_return *instead;
        std::vector<calendly::OfferedTime> times;
        for (const auto start : starts)
            if (start >= from && start < to && !is_taken(start)) times.push_back({start, 1});
        co_return times;
    }
    boost::asio::awaitable<api::Answer<calendly::Invitee>> book(calendly::NewBooking booking,
                                                                http::Guard guard) override {
        if (guard && !guard()) {
            api::ApiFailure withheld;
            withheld.remedy = api::Remedy::withheld;
            co_return withheld;
        }
        if (const auto instead = note("book")) co_return *instead;
        co_return make(booking);
    }
    boost::asio::awaitable<api::Answer<bool>> cancel_event(std::string event, std::string) override {
        if (const auto instead = note("cancel " + event)) co_return *instead;
        for (auto& meeting : listing.meetings)
            if (meeting.event.at("uri").as_string() == ListingApi::event_uri(event.substr(1)))
                meeting.event["status"] = "canceled";
        co_return true;
    }

    // What Calendly does with it, whether or not anybody hears the answer.
    api::Answer<calendly::Invitee> make(const calendly::NewBooking& booking) {
        sent.push_back(booking);
        if (is_taken(booking.start)) return failure(409);
        const auto name = std::to_string(listing.meetings.size());
        listing.meet(name, calendly::to_string(booking.start), "2026-11-28T00:00:00.000000Z");
        auto invitee = ListingApi::invitee(name, name, booking.email, "2026-11-28T00:00:00.000000Z");
        json::object tracking;
        for (const auto& [member, value] : booking.tracking) tracking[member] = value;
        invitee["tracking"] = std::move(tracking);
        invitee["timezone"] = booking.timezone;
        invitee["cancel_url"] = "https://calendly.com/cancellations/" + name;
        listing.meetings.back().invitees.push_back(invitee);
        return calendly::parse_invitee(invitee);
    }

private:
    std::optional<api::ApiFailure> note(const std::string& call) {
        calls.push_back(call);
        return on_call ? on_call(call) : std::nullopt;
    }
};

}  // namespace fakes
