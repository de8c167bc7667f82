#include "shared/signature.hpp"

#include <charconv>
#include <stdexcept>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

namespace shared {
namespace {

constexpr std::size_t max_timestamp_digits = 12;

EVP_MAC* hmac_algorithm() {
    static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    if (!algorithm) throw std::runtime_error("OpenSSL has no HMAC");
    return algorithm;
}

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool parse_mac(std::string_view hex, Mac& mac) noexcept {
    if (hex.size() != 2 * mac.size()) return false;
    for (std::size_t i = 0; i < mac.size(); ++i) {
        const int high = hex_digit(hex[2 * i]);
        const int low = hex_digit(hex[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        mac[i] = static_cast<unsigned char>(high << 4 | low);
    }
    return true;
}

bool parse_timestamp(std::string_view digits, SignatureHeader& header) noexcept {
    if (!header.timestamp.empty() || digits.empty() || digits.size() > max_timestamp_digits) return false;
    if (digits.find_first_not_of("0123456789") != digits.npos) return false;
    std::from_chars(digits.data(), digits.data() + digits.size(), header.seconds);
    header.timestamp = digits;
    return true;
}

bool parse_candidate(std::string_view hex, SignatureHeader& header) noexcept {
    return header.candidate_count < header.candidates.size() &&
           parse_mac(hex, header.candidates[header.candidate_count++]);
}

bool parse_entry(std::string_view entry, SignatureHeader& header) noexcept {
    const auto equals = entry.find('=');
    if (equals == entry.npos || equals == 0 || entry.find_first_of(" \t") != entry.npos) return false;
    const auto name = entry.substr(0, equals);
    const auto value = entry.substr(equals + 1);
    if (name == "t") return parse_timestamp(value, header);
    if (name == "v1") return parse_candidate(value, header);
    return true;
}

}  // namespace

std::optional<SignatureHeader> parse_signature_header(std::string_view text) noexcept {
    if (text.size() > signature_header_max_size) return std::nullopt;
    SignatureHeader header;
    for (bool more = true; more;) {
        const auto comma = text.find(',');
        if (!parse_entry(text.substr(0, comma), header)) return std::nullopt;
        more = comma != text.npos;
        if (more) text.remove_prefix(comma + 1);
    }
    if (header.timestamp.empty() || header.candidate_count == 0) return std::nullopt;
    return header;
}

void Hmac::update(std::string_view bytes) {
    if (!EVP_MAC_update(context_.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()))
        throw std::runtime_error("EVP_MAC_update failed");
}

Mac Hmac::finish() {
    Mac mac;
    std::size_t size = 0;
    if (!EVP_MAC_final(context_.get(), mac.data(), &size, mac.size()) || size != mac.size())
        throw std::runtime_error("EVP_MAC_final failed");
    return mac;
}

SigningKey::SigningKey(std::string_view secret) : keyed_(EVP_MAC_CTX_new(hmac_algorithm())) {
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                     OSSL_PARAM_construct_end()};
    const auto* bytes = reinterpret_cast<const unsigned char*>(secret.data());
    if (!keyed_ || !EVP_MAC_init(keyed_.get(), bytes, secret.size(), parameters))
        throw std::runtime_error("OpenSSL refused the signing key");
}

Hmac SigningKey::begin() const {
    Hmac::Context copy(EVP_MAC_CTX_dup(keyed_.get()));
    if (!copy) throw std::runtime_error("EVP_MAC_CTX_dup failed");
    return Hmac(std::move(copy));
}

Mac delivery_mac(const SigningKey& key, std::string_view timestamp, std::span<const std::string_view> body) {
    Hmac hmac = key.begin();
    hmac.update(timestamp);
    hmac.update(".");
    for (const auto piece : body) hmac.update(piece);
    return hmac.finish();
}

std::optional<std::size_t> find_signer(const SignatureHeader& header, std::span<const SigningKey> keys,
                                       std::span<const std::string_view> body) {
    for (std::size_t index = 0; index < keys.size(); ++index) {
        const Mac expected = delivery_mac(keys[index], header.timestamp, body);
        for (std::size_t i = 0; i < header.candidate_count; ++i)
            if (CRYPTO_memcmp(expected.data(), header.candidates[i].data(), expected.size()) == 0)
                return index;
    }
    return std::nullopt;
}

std::string sign_delivery(std::string_view secret, std::int64_t seconds, std::string_view body) {
    constexpr char digits[] = "0123456789abcdef";
    const std::string timestamp = std::to_string(seconds);
    std::string header = "t=" + timestamp + ",v1=";
    for (const unsigned char byte : delivery_mac(SigningKey(secret), timestamp, std::span(&body, 1))) {
        header += digits[byte >> 4];
        header += digits[byte & 15];
    }
    return header;
}

}  // namespace shared
