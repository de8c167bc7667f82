// What is wrong with a Redis, and what to do about it, in the words of both sides' logs. Facts in, a sentence
// out; the caller says before it which Redis is meant.
#pragma once

#include <string>
#include <string_view>

namespace shared {

// How far a connection came.
enum class RedisStage {
    connecting,
    shaking_hands,  // TLS
    greeting,       // the first commands are sent
};

// Nothing came within the time that there was for it.
std::string_view redis_is_silent(RedisStage stage) noexcept;

// How a TLS handshake failed.
struct FailedHandshake {
    long verdict;            // OpenSSL's about the certificate: SSL_get_verify_result()
    std::string_view host;   // that the certificate must be for: a name or an IP address
    std::string_view error;  // the TLS library's words; empty when there are none
    bool may_lack_tls;       // nothing that the other end sent was TLS
};
std::string redis_handshake_failed(const FailedHandshake& facts);

// Redis closed the connection, or reset it, before its first reply. `certificate_setting`: what the reader's
// configuration calls the certificate that it shows to Redis. `error`: the system's words, empty when there
// are none or the caller adds them.
std::string redis_closed_early(bool tls, std::string_view certificate_setting, std::string_view error = {});

// What came is not Redis's protocol.
inline constexpr std::string_view not_redis =
    "got an answer that is not Redis's: does something else listen at that address?";

// More replies came than commands were sent.
inline constexpr std::string_view reply_too_many =
    "got a reply that nobody asked for: does something else listen at that address?";

}  // namespace shared
