#include "rules/booking_token.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <openssl/crypto.h>

#include "shared/signature.hpp"
#include "text/base64url.hpp"

namespace rules {
namespace {

constexpr std::size_t longest_id_part = 128;

std::string sign(std::string_view secret, std::string_view purpose, std::string_view text) {
    const std::array<std::string_view, 1> pieces = {text};
    const auto mac = shared::SigningKey(secret).mac(purpose, pieces);
    return text::base64url({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

bool is_equal(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool is_plain_id(std::string_view id) {
    return !id.empty() && id.size() <= longest_id_part && std::ranges::all_of(id, [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    });
}

std::string signed_part(std::string_view event_type, std::string_view made, std::string_view nonce) {
    std::string text(event_type);
    text.append(" ").append(made).append(" ").append(nonce);
    return text;
}

std::chrono::milliseconds since_epoch(calendly::Timestamp time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
}

std::optional<std::chrono::milliseconds> parse_ms(std::string_view text) {
    std::int64_t ms = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
    if (error != std::errc() || end != text.data() + text.size() || ms < 0) return std::nullopt;
    return std::chrono::milliseconds(ms);
}

}  // namespace

std::string make_form_token(std::string_view secret, std::string_view event_type, std::string_view nonce,
                            calendly::Timestamp now) {
    const auto made = std::to_string(since_epoch(now).count());
    std::string token = made;
    token.append(".").append(nonce).append(".");
    return token + sign(secret, "form", signed_part(event_type, made, nonce));
}

std::optional<FormToken> read_form_token(std::string_view secret, std::string_view event_type,
                                         std::string_view token, calendly::Timestamp now) {
    const auto first = token.find('.');
    const auto second = first == token.npos ? token.npos : token.find('.', first + 1);
    if (second == token.npos) return std::nullopt;
    const auto made = token.substr(0, first), nonce = token.substr(first + 1, second - first - 1);
    const auto ms = parse_ms(made);
    if (!ms || !is_plain_id(nonce)) return std::nullopt;
    if (!is_equal(token.substr(second + 1), sign(secret, "form", signed_part(event_type, made, nonce))))
        return std::nullopt;
    const auto age = since_epoch(now) - *ms;
    const auto state = age < form_token_from    ? FormToken::State::early
                       : age > form_token_until ? FormToken::State::expired
                                                : FormToken::State::valid;
    return FormToken{state, std::string(nonce)};
}

std::string make_cancel_token(std::string_view secret, std::string_view booking_id) {
    return sign(secret, "cancel", booking_id);
}

bool is_cancel_token(std::string_view secret, std::string_view booking_id, std::string_view token) {
    return is_equal(token, make_cancel_token(secret, booking_id));
}

std::string to_string(const BookingId& id) {
    return id.event + "." + id.invitee;
}

std::optional<BookingId> parse_booking_id(std::string_view text) {
    const auto dot = text.find('.');
    if (dot == text.npos) return std::nullopt;
    const auto event = text.substr(0, dot), invitee = text.substr(dot + 1);
    if (!is_plain_id(event) || !is_plain_id(invitee)) return std::nullopt;
    return BookingId{std::string(event), std::string(invitee)};
}

bool is_plain_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c < 0x7f; });
}

bool is_idempotency_key(std::string_view key) {
    return key.size() >= 16 && key.size() <= 64 && is_plain_ascii(key);
}

}  // namespace rules
