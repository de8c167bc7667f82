// What a page gets from us and brings back: a token for a form, a token to cancel a booking. Both are signed;
// nothing is stored until a form's token is spent.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "calendly/timestamp.hpp"

namespace rules {

// From when to when a form's token is good, counted from its making: nobody fills in a form in less.
inline constexpr std::chrono::seconds form_token_from{3};
inline constexpr std::chrono::hours form_token_until{2};

// `nonce`: letters, digits, - and _, different for every token.
std::string make_form_token(std::string_view secret, std::string_view event_type, std::string_view nonce,
                            calendly::Timestamp now);

struct FormToken {
    enum class State { early, valid, expired };
    State state;
    std::string nonce;
};

// Nothing when it is not ours, or for another event type.
std::optional<FormToken> read_form_token(std::string_view secret, std::string_view event_type,
                                         std::string_view token, calendly::Timestamp now);

std::string make_cancel_token(std::string_view secret, std::string_view booking_id);
bool is_cancel_token(std::string_view secret, std::string_view booking_id, std::string_view token);

// "<event>.<invitee>": by which a booking is asked for, of the last parts of both URIs.
struct BookingId {
    std::string event;
    std::string invitee;
};
std::string to_string(const BookingId& id);
// Nothing unless both are of letters, digits, '-' and '_'.
std::optional<BookingId> parse_booking_id(std::string_view text);

// Printable characters of ASCII without blanks, or none.
bool is_plain_ascii(std::string_view text);

// 16 to 64 printable characters of ASCII without blanks.
bool is_idempotency_key(std::string_view key);

}  // namespace rules
