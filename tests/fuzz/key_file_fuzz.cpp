// Files with secrets: every key in them is read, or they are refused with a reason that tells nothing of
// their bytes. Input: the file.
#include <algorithm>

#include "shared/secret_file.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

std::vector<std::string> lines(std::string_view text) {
    std::vector<std::string> all(1);
    for (const char c : text) {
        if (c == '\n')
            all.emplace_back();
        else
            all.back() += c;
    }
    for (auto& line : all) {
        const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
        while (!line.empty() && is_blank(line.back())) line.pop_back();
        while (!line.empty() && is_blank(line.front())) line.erase(0, 1);
    }
    return all;
}

std::vector<std::string> keys(std::string_view text) {
    auto all = lines(text);
    std::erase_if(all, [](const std::string& line) { return line.empty() || line.front() == '#'; });
    return all;
}

bool are_good(const std::vector<std::string>& keys) {
    return !keys.empty() && keys.size() <= shared::max_signing_keys &&
           std::ranges::all_of(keys,
                               [](const auto& key) { return key.size() >= shared::min_signing_key_size; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::view(data, size);
    const auto other = fuzz::disguised(text);

    const auto keys_error = fuzz::error_of(shared::parse_signing_keys, text);
    fuzz::require(keys_error == fuzz::error_of(shared::parse_signing_keys, other),
                  "an error does not depend on a key");
    fuzz::require(keys_error.empty() == are_good(keys(text)),
                  "refused exactly when a key, or their number, is bad");
    if (keys_error.empty())
        fuzz::require(shared::parse_signing_keys(text) == keys(text), "every key is read");

    const auto password_error = fuzz::error_of(shared::parse_password, text);
    fuzz::require(password_error == fuzz::error_of(shared::parse_password, other),
                  "an error does not depend on the password");
    fuzz::require(password_error.empty() == !lines(text)[0].empty(),
                  "refused exactly when the first line is empty");
    if (password_error.empty())
        fuzz::require(shared::parse_password(text) == lines(text)[0], "the password is the first line");
    return 0;
}
