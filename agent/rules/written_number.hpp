// A phone number as a person wrote it, taken apart: what is dialled, and what only helps to read it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rules {

struct WrittenNumber {
    std::string digits;
    bool has_plus = false;
    // Where among the digits a "(0)" stands: it is dialled at home only. npos: nowhere.
    std::size_t home_zero = std::string::npos;
};

// Nothing when the text holds anything else that may mean something: other words, a second number, an
// alternative for the last digits. Digits of every script, every kind of blank, dash, dot and bracket, and
// what nobody sees are read as what they look like; a label before the number ("tel:") and an extension after
// it ("ext. 5") are left out.
std::optional<WrittenNumber> take_apart(std::string_view text);

}  // namespace rules
