// The ledger as JSON. Members at their default are left out, unknown ones ignored: old and new versions of
// the agent can read each other's ledgers.
#include <fmt/format.h>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>

#include "rules/ledger.hpp"

namespace rules {
namespace {

namespace json = boost::json;
namespace describe = boost::describe;

template <typename T>
concept Described = describe::has_describe_members<T>::value;

// One overload a kind of member; the templates need each other, hence the declarations.
template <Described T>
json::value write(const T& value);
template <typename T>
json::value write(const std::optional<T>& value);
template <typename T>
json::value write(const std::vector<T>& value);
template <typename T>
json::value write(const std::set<T>& value);
template <typename T>
json::value write(const std::map<std::string, T>& value);
json::value write(const std::string& value) {
    return json::string(value);
}
json::value write(bool value) {
    return value;
}
json::value write(std::int64_t value) {
    return value;
}
json::value write(Timestamp value) {
    return value.time_since_epoch().count();
}
json::value write(BookingState value) {
    return static_cast<int>(value);
}
json::value write(const std::pair<std::string, std::string>& value) {
    return json::array{value.first, value.second};
}

template <Described T>
void read(const json::value& from, T& to);
template <typename T>
void read(const json::value& from, std::optional<T>& to);
template <typename T>
void read(const json::value& from, std::vector<T>& to);
template <typename T>
void read(const json::value& from, std::set<T>& to);
template <typename T>
void read(const json::value& from, std::map<std::string, T>& to);
void read(const json::value& from, std::string& to) {
    to = std::string(from.as_string());
}
void read(const json::value& from, bool& to) {
    to = from.as_bool();
}
void read(const json::value& from, std::int64_t& to) {
    to = from.as_int64();
}
void read(const json::value& from, Timestamp& to) {
    to = Timestamp(std::chrono::microseconds(from.as_int64()));
}
void read(const json::value& from, BookingState& to) {
    to = static_cast<BookingState>(from.as_int64());
}
void read(const json::value& from, std::pair<std::string, std::string>& to) {
    read(from.as_array().at(0), to.first);
    read(from.as_array().at(1), to.second);
}

template <Described T>
using Members = describe::describe_members<T, describe::mod_public>;

bool is_default(const json::value& value) {
    return value.is_null() || (value.is_string() && value.as_string().empty()) ||
           (value.is_array() && value.as_array().empty()) ||
           (value.is_object() && value.as_object().empty()) || (value.is_bool() && !value.as_bool());
}

template <Described T>
json::value write(const T& value) {
    json::object object;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
        auto written = write(value.*member.pointer);
        if (!is_default(written)) object[member.name] = std::move(written);
    });
    return object;
}

template <typename T>
json::value write(const std::optional<T>& value) {
    return value ? write(*value) : json::value(nullptr);
}

template <typename T>
json::value write_sequence(const T& values) {
    json::array array;
    for (const auto& value : values) array.push_back(write(value));
    return array;
}

template <typename T>
json::value write(const std::vector<T>& values) {
    return write_sequence(values);
}

template <typename T>
json::value write(const std::set<T>& values) {
    return write_sequence(values);
}

template <typename T>
json::value write(const std::map<std::string, T>& values) {
    json::object object;
    for (const auto& [key, value] : values) object[key] = write(value);
    return object;
}

template <Described T>
void read(const json::value& from, T& to) {
    const auto& object = from.as_object();
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
        if (const auto* value = object.if_contains(member.name)) read(*value, to.*member.pointer);
    });
}

template <typename T>
void read(const json::value& from, std::optional<T>& to) {
    read(from, to.emplace());
}

template <typename T>
void read(const json::value& from, std::vector<T>& to) {
    for (const auto& value : from.as_array()) read(value, to.emplace_back());
}

template <typename T>
void read(const json::value& from, std::set<T>& to) {
    for (const auto& value : from.as_array()) {
        T element{};
        read(value, element);
        to.insert(std::move(element));
    }
}

template <typename T>
void read(const json::value& from, std::map<std::string, T>& to) {
    for (const auto& [key, value] : from.as_object()) read(value, to[std::string(key)]);
}

template <typename T>
T parse(std::string_view text, const char* what) {
    T value;
    if (text.empty()) return value;
    try {
        read(json::parse({text.data(), text.size()}), value);
    } catch (const std::exception& error) {
        throw LedgerError(fmt::format("the person's {} in Redis cannot be read: {}", what, error.what()));
    }
    return value;
}

}  // namespace

std::string serialize(const Ledger& ledger) {
    return json::serialize(write(ledger));
}

std::string serialize(const Progress& progress) {
    const auto value = write(progress);
    return is_default(value) ? "" : json::serialize(value);
}

Ledger parse_ledger(std::string_view text) {
    return parse<Ledger>(text, "ledger");
}

Progress parse_progress(std::string_view text) {
    return parse<Progress>(text, "progress");
}

}  // namespace rules
