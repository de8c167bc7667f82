// Completes what one source says of a thing with what another one knows of it.
#pragma once

#include <optional>
#include <vector>

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

namespace rules {

template <typename T>
bool is_absent(const T& value) {
    return value == T{};
}
template <typename T>
bool is_absent(const std::vector<T>& value) {
    return value.empty();
}
template <typename T>
bool is_absent(const std::optional<T>& value) {
    return !value;
}

// Gives every absent member of `to` the value that `from` has.
template <typename T>
void take_missing(T& to, const T& from) {
    using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
    boost::mp11::mp_for_each<Members>([&](auto member) {
        if (is_absent(to.*member.pointer)) to.*member.pointer = from.*member.pointer;
    });
}

}  // namespace rules
