#include "rules/booking_check.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "rules/booking_answers.hpp"
#include "rules/booking_fields.hpp"
#include "rules/local_time.hpp"
#include "rules/old_zones.hpp"
#include "rules/phone.hpp"
#include "text/text.hpp"

namespace rules {
namespace {

namespace json = boost::json;
using calendly::NewBooking;

constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_email = 254;
constexpr std::size_t longest_utm = 255;
constexpr std::size_t most_guests = 10;

// A name that is an advertisement: the mail that Calendly sends to the address would be one.
bool has_address_of_web(std::string_view text) {
    const auto lower = text::lower_case(text);
    return lower.find("://") != lower.npos || lower.find("www.") != lower.npos;
}

std::string read_name(BookingFields& fields, const char* member) {
    auto name = fields.line(member, longest_name);
    if (has_address_of_web(name)) fields.fail(member, "must not hold a web address");
    return name;
}

void read_names(BookingFields& fields, NewBooking& booking) {
    booking.name = read_name(fields, "name");
    booking.first_name = read_name(fields, "first_name");
    booking.last_name = read_name(fields, "last_name");
    if (!booking.name.empty()) {
        if (fields.find("first_name") || fields.find("last_name"))
            fields.fail("name", "stands beside first_name or last_name: write one of the two");
        return;
    }
    if (booking.first_name.empty() && booking.last_name.empty()) fields.fail("name", "is missing");
    if (booking.first_name.empty()) fields.fail("first_name", "is missing");
    if (booking.last_name.empty()) fields.fail("last_name", "is missing");
}

// Letters of any script, digits, hyphens, and no empty part.
bool is_domain(std::string_view domain) {
    constexpr std::string_view signs = "-_.";
    const bool has_only_these = std::ranges::all_of(domain, [&](unsigned char c) {
        return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               signs.find(static_cast<char>(c)) != signs.npos;
    });
    return has_only_these && domain.find("..") == domain.npos;
}

// More is asked of whom mail is sent to than of whom Calendly tells: "mailto:ann@x.org" is a slip.
std::string as_email(std::string_view text) {
    if (!text::is_email(text) || text.size() > longest_email) return {};
    const auto at = text.rfind('@');
    const bool is_plain = text.substr(0, at).find_first_of(":\\[]") == text.npos;
    return is_plain && is_domain(text.substr(at + 1)) ? std::string(text) : std::string();
}

void read_email(BookingFields& fields, NewBooking& booking) {
    booking.email = as_email(fields.required_line("email", 1000));
    if (booking.email.empty()) fields.fail("email", "is no e-mail address");
}

void read_start(BookingFields& fields, calendly::Timestamp now, NewBooking& booking) {
    const auto start = calendly::parse_timestamp(fields.required_line("start", 64));
    if (!start) fields.fail("start", "must be a time such as 2026-12-01T09:00:00Z");
    if (start && *start <= now) fields.fail("start", "lies in the past");
    if (start) booking.start = *start;
}

void read_zone(BookingFields& fields, NewBooking& booking) {
    booking.timezone = fields.required_line("timezone", 64);
    if (!fields.has_failed() && !is_zone_name(booking.timezone))
        fields.fail("timezone", "is no time zone of the IANA database, such as Europe/Berlin");
}

void read_guests(BookingFields& fields, NewBooking& booking) {
    const auto* value = fields.find("guests");
    const auto* list = value ? value->if_array() : nullptr;
    if (value && !list) fields.fail("guests", "must be a list of e-mail addresses");
    if (!list) return;
    if (list->size() > most_guests) fields.fail("guests", "are more than 10");
    for (const auto& item : *list) {
        const auto* text = item.if_string();
        const auto trimmed = text ? text::trim({text->data(), text->size()}) : std::string_view();
        auto guest = mistake_in(trimmed, longest_email, false).empty() ? as_email(trimmed) : std::string();
        if (guest.empty()) return fields.fail("guests", "must be a list of e-mail addresses");
        const auto is_same = [&](const auto& other) { return text::mailbox(other) == text::mailbox(guest); };
        if (is_same(booking.email) || std::ranges::any_of(booking.guests, is_same)) continue;
        booking.guests.push_back(std::move(guest));
    }
}

void read_reminder(BookingFields& fields, NewBooking& booking) {
    const auto text = fields.line("text_reminder_number", 64);
    if (text.empty()) return;
    const auto number = to_e164(text);
    if (!number)
        fields.fail("text_reminder_number", "is no phone number with its country's code, as +33612345678");
    booking.text_reminder_number = number.value_or("");
}

void read_tracking(BookingFields& fields, NewBooking& booking) {
    for (const auto* name : {"utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"}) {
        auto text = fields.line(name, longest_utm);
        if (!text.empty()) booking.tracking.emplace_back(name, std::move(text));
    }
}

}  // namespace

std::optional<FieldError> leave_out_host(NewBooking& booking, std::string_view host_email) {
    if (host_email.empty()) return std::nullopt;
    const auto host = text::mailbox(host_email);
    if (text::mailbox(booking.email) == host)
        return FieldError{"email", "is the host's own: nobody can book a meeting with themselves"};
    std::erase_if(booking.guests, [&](const auto& guest) { return text::mailbox(guest) == host; });
    return std::nullopt;
}

std::string_view needs_of(std::string_view location_kind) {
    if (location_kind == "outbound_call") return "phone";
    if (location_kind == "ask_invitee") return "text";
    return "";
}

bool is_zone_name(std::string_view name) {
    return is_known_zone(name) || is_old_zone_name(name);
}

std::variant<std::string, FieldError> requested_type(const json::object& body) {
    BookingFields fields(body);
    auto id = fields.required_line("event_type", 255);
    if (fields.has_failed()) return fields.error();
    return id;
}

std::variant<NewBooking, FieldError> check_booking(const json::object& body,
                                                   const calendly::BookableType& type,
                                                   calendly::Timestamp now) {
    BookingFields fields(body);
    fields.allow_only({"event_type", "start", "name", "first_name", "last_name", "email", "timezone",
                       "location", "answers", "guests", "text_reminder_number", "utm_source", "utm_medium",
                       "utm_campaign", "utm_content", "utm_term"});
    NewBooking booking;
    booking.event_type = type.uri;
    read_start(fields, now, booking);
    read_zone(fields, booking);
    read_names(fields, booking);
    read_email(fields, booking);
    booking.location = read_location(fields, type);
    booking.answers = read_answers(fields, type);
    read_guests(fields, booking);
    read_reminder(fields, booking);
    read_tracking(fields, booking);
    if (fields.has_failed()) return fields.error();
    return booking;
}

}  // namespace rules
