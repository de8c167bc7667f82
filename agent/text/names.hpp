// The names of an enumeration's values, as another program or a stored text has them: both ways.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace text {

template <typename Value>
struct Named {
    Value value;
    std::string_view name;
};

// Of a value that is not in the list: "".
template <typename Value, std::size_t count>
constexpr std::string_view name_of(Value value, const std::array<Named<Value>, count>& names) {
    const auto found = std::ranges::find(names, value, &Named<Value>::value);
    return found == names.end() ? std::string_view() : found->name;
}

// Of a name that is not in the list: none.
template <typename Value, std::size_t count>
constexpr std::optional<Value> named(std::string_view name, const std::array<Named<Value>, count>& names) {
    const auto found = std::ranges::find(names, name, &Named<Value>::name);
    return found == names.end() ? std::nullopt : std::optional(found->value);
}

}  // namespace text
