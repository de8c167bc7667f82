// Who gets in: a delivery is accepted exactly when its header keeps to the grammar and one of its v1 is the
// HMAC of t + "." + body with one of the keys, both computed here a second time, the plain way. Input: the
// header, "\n", the body.
#include <algorithm>
#include <optional>

#include <openssl/hmac.h>

#include "shared/signature.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

const std::vector<std::string> secrets = {"a key of 16 byte", std::string(100, 'k'),
                                          std::string("\0\xff key", 6)};

struct Delivery {
    std::string_view header, body;
};

Delivery split(std::string_view input) {
    const auto end = std::min(input.find('\n'), input.size());
    return {input.substr(0, end), input.substr(std::min(end + 1, input.size()))};
}

std::string hmac_hex(const std::string& secret, std::string_view t, std::string_view body) {
    const std::string text = std::string(t) + "." + std::string(body);
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
    std::string hex;
    for (unsigned i = 0; i < size; ++i) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", mac[i]);
        hex += digits;
    }
    return hex;
}

bool consists_of(std::string_view text, std::string_view allowed) {
    return std::ranges::all_of(text, [&](char c) { return allowed.find(c) != allowed.npos; });
}

struct Grammar {
    std::string t;
    std::vector<std::string> v1;  // in lower case
};

std::vector<std::string> entries(std::string_view header) {
    std::vector<std::string> all(1);
    for (const char c : header) {
        if (c == ',')
            all.emplace_back();
        else
            all.back() += c;
    }
    return all;
}

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.pop_back();
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.erase(0, 1);
    return text;
}

bool has_blank(const std::string& text) {
    return text.find_first_of(" \t") != text.npos;
}

// "X, X" is X.
std::string once(const std::string& header) {
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto before = trimmed(header.substr(0, i));
        if (header[i] == ',' && !before.empty() && before == trimmed(header.substr(i + 1))) return before;
    }
    return header;
}

std::optional<Grammar> read(std::string_view header) {
    std::vector<std::string> t, v1;
    for (const auto& untrimmed : entries(once(trimmed(std::string(header))))) {
        const auto entry = trimmed(untrimmed);
        if (entry.empty()) continue;
        const auto equals = entry.find('=');
        if (equals == 0 || equals == entry.npos) return std::nullopt;
        const auto name = trimmed(entry.substr(0, equals)), value = trimmed(entry.substr(equals + 1));
        if (has_blank(name) || has_blank(value)) return std::nullopt;
        if (name == "t") t.push_back(value);
        if (name == "v1") v1.push_back(lower(value));
    }
    const auto is_mac = [](const std::string& hex) {
        return hex.size() == 64 && consists_of(hex, "0123456789abcdef");
    };
    const bool good = header.size() <= 1024 && t.size() == 1 && t[0].size() >= 1 && t[0].size() <= 12 &&
                      consists_of(t[0], "0123456789") && !v1.empty() && v1.size() <= 8 &&
                      std::ranges::all_of(v1, is_mac);
    if (!good) return std::nullopt;
    return Grammar{t[0], v1};
}

std::optional<std::size_t> signer(const Grammar& header, std::string_view body) {
    for (std::size_t i = 0; i < secrets.size(); ++i)
        if (std::ranges::count(header.v1, hmac_hex(secrets[i], header.t, body)) > 0) return i;
    return std::nullopt;
}

// Puts a valid signature into the header, in place of a v1 or as one more.
std::string resigned(std::string_view input, unsigned seed) {
    const auto [header, body] = split(input);
    auto all = entries(header);
    std::vector<std::string*> candidates;
    std::string t = "1492774577";
    for (auto& entry : all) {
        if (entry.starts_with("t=")) t = entry.substr(2);
        if (entry.starts_with("v1=")) candidates.push_back(&entry);
    }
    const std::string valid = "v1=" + hmac_hex(secrets[seed % secrets.size()], t, body);
    const auto place = seed / secrets.size() % (candidates.size() + 1);
    if (place < candidates.size())
        *candidates[place] = valid;
    else
        all.push_back(valid);
    std::string text;
    for (const auto& entry : all) text += (text.empty() ? "" : ",") + entry;
    return text + "\n" + std::string(body);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    if (seed % 4 != 0) size = LLVMFuzzerMutate(data, size, max_size);
    if (seed % 2 == 0) return size;
    const auto text = resigned(fuzz::view(data, size), seed / 4);
    if (text.size() > max_size) return size;
    std::ranges::copy(text, data);
    return text.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<shared::SigningKey> keys(secrets.begin(), secrets.end());
    const auto input = fuzz::view(data, size);
    const auto [header, body] = split(input);

    const auto expected = read(header);
    const auto parsed = shared::parse_signature_header(header);
    fuzz::require(parsed.has_value() == expected.has_value(),
                  "the grammar alone decides whether a header is read");
    if (!parsed) return 0;
    fuzz::require(parsed->timestamp == expected->t && parsed->seconds == std::stoll(expected->t),
                  "t is as received");
    fuzz::require(parsed->candidate_count == expected->v1.size(), "every v1 counts");

    fuzz::Chance chance(input);
    const auto expected_signer = signer(*expected, body);
    for (const auto& cut : {std::vector{body}, fuzz::pieces(body, chance)})
        fuzz::require(shared::find_signer(*parsed, keys, cut) == expected_signer,
                      "accepted exactly with a valid MAC, however the body is cut");
    return 0;
}
