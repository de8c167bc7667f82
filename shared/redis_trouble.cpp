#include "shared/redis_trouble.hpp"

#include <openssl/x509_vfy.h>

namespace shared {
namespace {

constexpr std::string_view no_tls_there = ": no TLS at that port?";

// With what stands before and after it, or nothing.
std::string added(std::string_view error) {
    return error.empty() ? std::string() : ": " + std::string(error);
}

}  // namespace

std::string_view redis_is_silent(RedisStage stage) noexcept {
    switch (stage) {
        case RedisStage::connecting:
            return "connecting timed out";
        case RedisStage::shaking_hands:
            return "connected, but the TLS handshake is not answered: no TLS at that port?";
        case RedisStage::greeting:
            return "connected, but Redis does not answer";
    }
    return "";
}

std::string redis_handshake_failed(const FailedHandshake& facts) {
    if (facts.verdict == X509_V_ERR_HOSTNAME_MISMATCH || facts.verdict == X509_V_ERR_IP_ADDRESS_MISMATCH)
        return "its certificate is for another host than " + std::string(facts.host);
    if (facts.verdict != X509_V_OK)
        return std::string("its certificate is not trusted: ") + X509_verify_cert_error_string(facts.verdict);
    std::string sentence = "the TLS handshake failed" + added(facts.error);
    if (facts.may_lack_tls) sentence += no_tls_there;
    return sentence;
}

std::string redis_closed_early(bool tls, std::string_view certificate_setting, std::string_view error) {
    // With TLS 1.3 a server looks at its client's certificate when the client has done the handshake already.
    if (tls)
        return "it closed the connection after the TLS handshake" + added(error) +
               ": does it want (another) " + std::string(certificate_setting) + "?";
    return "it closed the connection before its first reply" + added(error) +
           ": does it want TLS (rediss://)?";
}

}  // namespace shared
