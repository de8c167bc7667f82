// The functions of <openssl/sha.h> are deprecated, because a FIPS provider cannot replace them. EVP_MAC costs
// a third of a microsecond more for each webhook: it allocates and copies contexts where two structs do.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "shared/signature.hpp"

#include <algorithm>
#include <charconv>

#include <openssl/crypto.h>

namespace shared {
namespace {

constexpr std::size_t max_timestamp_digits = 12;

constexpr unsigned char all_bits = 0xff;

// Without branches, because the digits of a MAC cannot be predicted, and without a table: with masks the
// compiler reads sixteen digits at once.
bool parse_mac(std::string_view hex, Mac& mac) noexcept {
    std::array<unsigned char, 2 * std::tuple_size_v<Mac>> values, wrong;
    if (hex.size() != values.size()) return false;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto digit = static_cast<unsigned char>(hex[i] - '0');
        const auto letter = static_cast<unsigned char>((hex[i] | 0x20) - 'a');
        const unsigned char is_digit = digit < 10 ? all_bits : 0;
        const unsigned char is_letter = letter < 6 ? all_bits : 0;
        values[i] = static_cast<unsigned char>((digit & is_digit) | ((letter + 10) & is_letter));
        wrong[i] = static_cast<unsigned char>(~(is_digit | is_letter));
    }
    for (std::size_t i = 0; i < mac.size(); ++i)
        mac[i] = static_cast<unsigned char>(values[2 * i] << 4 | values[2 * i + 1]);
    unsigned char any_wrong = 0;
    for (const auto each : wrong) any_wrong |= each;
    return any_wrong == 0;
}

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

constexpr std::size_t most_repetitions = 4;  // of a whole header in one line

bool has_blank(std::string_view text) noexcept {
    return text.find(' ') != text.npos || text.find('\t') != text.npos;
}

bool parse_timestamp(std::string_view digits, SignatureHeader& header) noexcept {
    if (!header.timestamp.empty() || digits.empty() || digits.size() > max_timestamp_digits) return false;
    if (!std::ranges::all_of(digits, is_digit)) return false;
    std::from_chars(digits.data(), digits.data() + digits.size(), header.seconds);
    header.timestamp = digits;
    return true;
}

bool parse_candidate(std::string_view hex, SignatureHeader& header) noexcept {
    return header.candidate_count < header.candidates.size() &&
           parse_mac(hex, header.candidates[header.candidate_count++]);
}

// Of an HTTP field: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3
std::string_view trim(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool parse_entry(std::string_view entry, SignatureHeader& header) noexcept {
    const auto equals = entry.find('=');
    if (equals == entry.npos) return false;
    const auto name = trim(entry.substr(0, equals));
    const auto value = trim(entry.substr(equals + 1));
    if (name.empty() || has_blank(name) || has_blank(value)) return false;
    if (name == "t") return parse_timestamp(value, header);
    if (name == "v1") return parse_candidate(value, header);
    return true;
}

// Empty elements do not count: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1
bool parse_list(std::string_view list, SignatureHeader& header) noexcept {
    for (bool more = true; more;) {
        const auto comma = list.find(',');
        const auto entry = trim(list.substr(0, comma));
        if (!entry.empty() && !parse_entry(entry, header)) return false;
        more = comma != list.npos;
        if (more) list.remove_prefix(comma + 1);
    }
    return true;
}

bool is_whole(const SignatureHeader& header) noexcept {
    return !header.timestamp.empty() && header.candidate_count > 0;
}

std::optional<SignatureHeader> parse_lines(std::span<const std::string_view> lines) noexcept {
    SignatureHeader header;
    for (const auto line : lines)
        if (!parse_list(line, header)) return std::nullopt;
    return is_whole(header) ? std::optional(header) : std::nullopt;
}

// Whether the list is this part and nothing else, once or several times.
bool repeats(std::string_view list, std::string_view part) noexcept {
    while (true) {
        list = trim(list);
        if (!list.starts_with(part)) return false;
        list = trim(list.substr(part.size()));
        if (list.empty()) return true;
        if (list.front() != ',') return false;
        list.remove_prefix(1);
    }
}

// "X, X" is X: proxies may make one line of several that are the same.
std::string_view once(std::string_view line) noexcept {
    for (auto comma = line.find(','); comma != line.npos; comma = line.find(',', comma + 1)) {
        const auto first = trim(line.substr(0, comma));
        if (!first.empty() && repeats(line.substr(comma + 1), first)) return first;
    }
    return line;
}

using Block = std::array<unsigned char, SHA256_CBLOCK>;

// The hash of one block so far: half of what HMAC makes of a key.
SHA256_CTX state_after(Block block, unsigned char pad) noexcept {
    for (auto& byte : block) byte ^= pad;
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, block.data(), block.size());
    OPENSSL_cleanse(block.data(), block.size());
    return state;
}

void update(SHA256_CTX& state, std::string_view bytes) noexcept {
    SHA256_Update(&state, bytes.data(), bytes.size());
}

}  // namespace

std::optional<SignatureHeader> parse_signature_header(std::span<const std::string_view> lines) noexcept {
    std::array<std::string_view, signature_header_max_lines> different;
    std::size_t count = 0, size = 0;
    for (const auto line : lines) {
        if (line.size() > most_repetitions * signature_header_max_size) return std::nullopt;
        const auto known = std::span(different).first(count);
        const auto value = once(trim(line));
        if (std::ranges::find(known, value) != known.end()) continue;
        size += line.size();
        if (count == different.size() || size > signature_header_max_size) return std::nullopt;
        different[count++] = value;
    }
    const auto parts = std::span<const std::string_view>(different).first(count);
    const auto whole_by_itself = [](const auto& part) {
        return parse_lines(std::span(&part, 1)).has_value();
    };
    if (count > 1 && std::ranges::any_of(parts, whole_by_itself)) return std::nullopt;
    return parse_lines(parts);
}

std::optional<SignatureHeader> parse_signature_header(std::string_view line) noexcept {
    return parse_signature_header(std::span(&line, 1));
}

// https://www.rfc-editor.org/rfc/rfc2104
SigningKey::SigningKey(std::string_view secret) noexcept {
    Block block{};
    if (secret.size() > block.size())
        SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), block.data());
    else
        std::copy(secret.begin(), secret.end(), block.begin());
    inner_ = state_after(block, 0x36);
    outer_ = state_after(block, 0x5c);
    OPENSSL_cleanse(block.data(), block.size());
}

SigningKey::~SigningKey() {
    OPENSSL_cleanse(&inner_, sizeof inner_);
    OPENSSL_cleanse(&outer_, sizeof outer_);
}

Mac SigningKey::mac(std::string_view timestamp, std::span<const std::string_view> body) const noexcept {
    Mac mac;
    SHA256_CTX inner = inner_;
    update(inner, timestamp);
    update(inner, ".");
    for (const auto piece : body) update(inner, piece);
    SHA256_Final(mac.data(), &inner);
    SHA256_CTX outer = outer_;
    SHA256_Update(&outer, mac.data(), mac.size());
    SHA256_Final(mac.data(), &outer);
    return mac;
}

std::optional<std::size_t> find_signer(const SignatureHeader& header, std::span<const SigningKey> keys,
                                       std::span<const std::string_view> body) {
    for (std::size_t index = 0; index < keys.size(); ++index) {
        const Mac expected = keys[index].mac(header.timestamp, body);
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
    for (const unsigned char byte : SigningKey(secret).mac(timestamp, std::span(&body, 1))) {
        header += digits[byte >> 4];
        header += digits[byte & 15];
    }
    return header;
}

}  // namespace shared
