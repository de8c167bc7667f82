// What the fuzz targets share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

// A rule that no input may break: libFuzzer keeps the input that did.
inline void require(bool holds, const char* rule) {
    if (holds) return;
    std::fprintf(stderr, "fuzz: broken: %s\n", rule);
    std::abort();
}

inline std::string_view view(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// Numbers that depend on the input alone, so that a crash can be replayed.
class Chance {
public:
    explicit Chance(std::string_view input) {
        for (const unsigned char byte : input) state_ = (state_ ^ byte) * 1099511628211u;
    }

    std::size_t below(std::size_t limit) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return static_cast<std::size_t>(state_ % limit);
    }

private:
    std::uint64_t state_ = 14695981039346656037u;
};

// The input cut somewhere into pieces of any size, empty ones too.
inline std::vector<std::string_view> pieces(std::string_view input, Chance& chance) {
    const std::size_t longest = std::size_t(1) << chance.below(10);
    std::vector<std::string_view> cut;
    while (!input.empty()) {
        const auto piece = input.substr(0, chance.below(longest + 1));
        cut.push_back(piece);
        input.remove_prefix(piece.size());
    }
    return cut;
}

// The same text with other letters and digits: hexadecimal letters stay hexadecimal, and so on. Whatever does
// not depend on a secret is the same for its disguise.
inline std::string disguised(std::string_view secret) {
    const auto rotated = [](char c, char first, char last) {
        return c == last ? first : static_cast<char>(c + 1);
    };
    std::string text(secret);
    for (char& c : text) {
        for (const auto* range : {"09", "af", "gz", "AF", "GZ"}) {
            if (c < range[0] || c > range[1]) continue;
            c = rotated(c, range[0], range[1]);
            break;
        }
    }
    return text;
}

// What `parse` says to a text, or nothing. Any exception but std::invalid_argument is a crash.
template <class Parse>
std::string error_of(Parse parse, std::string_view text) {
    try {
        parse(text);
    } catch (const std::invalid_argument& error) {
        require(*error.what() != '\0', "an error has words");
        return error.what();
    }
    return {};
}

}  // namespace fuzz
