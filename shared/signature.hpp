// The signature of a Calendly webhook:
//   Calendly-Webhook-Signature: t=<unix seconds>,v1=<64 hex digits>
//   v1 = hex(HMAC-SHA256(key, t + "." + raw body)), t exactly as received.
// https://developer.calendly.com/api-docs/4c305798a61d3-webhook-signatures
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <openssl/sha.h>

namespace shared {

using Mac = std::array<unsigned char, 32>;

inline constexpr std::string_view signature_header_name = "Calendly-Webhook-Signature";
inline constexpr std::size_t signature_header_max_size = 1024;
inline constexpr std::size_t signature_header_max_lines = 8;  // that differ
inline constexpr std::size_t signature_max_candidates = 8;    // several v1 are undocumented, but accepted

struct SignatureHeader {
    std::string_view timestamp;  // the digits of t, as received: they are part of what is signed
    std::int64_t seconds = 0;    // their value
    std::array<Mac, signature_max_candidates> candidates;  // the first candidate_count of them
    std::size_t candidate_count = 0;
};

// A list as HTTP has them: elements between commas, blanks and tabs around commas and "=" and empty elements
// do not count. Exactly one t (1 to 12 digits), one to signature_max_candidates v1, elements of other names
// ignored. `lines`: the header's values, each as often as a proxy repeated it. What is the same is one; lines
// that differ are the parts of one header, and none of them may be a whole one. The views point into `lines`.
std::optional<SignatureHeader> parse_signature_header(std::span<const std::string_view> lines) noexcept;
std::optional<SignatureHeader> parse_signature_header(std::string_view line) noexcept;

// HMAC-SHA256 with one key, whose part of the work is done once.
class SigningKey {
public:
    explicit SigningKey(std::string_view secret) noexcept;
    SigningKey(const SigningKey&) = default;
    SigningKey& operator=(const SigningKey&) = default;
    ~SigningKey();  // leaves nothing of the key in memory

    // The MAC of a webhook whose body lies in several pieces.
    Mac mac(std::string_view timestamp, std::span<const std::string_view> body) const noexcept;

private:
    SHA256_CTX inner_, outer_;
};

// Index of the first key with which any of the header's candidates was made. Compares in constant time.
std::optional<std::size_t> find_signer(const SignatureHeader& header, std::span<const SigningKey> keys,
                                       std::span<const std::string_view> body);

// The header's value for a body, as Calendly would send it.
std::string sign_delivery(std::string_view secret, std::int64_t seconds, std::string_view body);

}  // namespace shared
