// The ledger as JSON. Versions of the agent read each other's ledgers:
// - members at their default are left out, and missing ones are at their default;
// - unknown members are kept and written again;
// - the number of the version that wrote it comes first. 0.1.0 wrote none, and states by their number.
#include <array>
#include <new>

#include <fmt/format.h>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>

#include "rules/ledger.hpp"
#include "text/names.hpp"

namespace rules {
namespace {

namespace json = boost::json;
namespace describe = boost::describe;

// Raised when a member changes its meaning. Whoever writes puts its own number, so that a newer agent sees
// that an older one has been at work since.
constexpr int ledger_version = 2;
constexpr std::string_view version_name = "version";
const std::string beginning = fmt::format("{{\"{}\":{},", version_name, ledger_version);

constexpr std::array booking_state_names = {
    text::Named{BookingState::booked, "booked"}, text::Named{BookingState::canceled, "canceled"},
    text::Named{BookingState::no_show, "no_show"}, text::Named{BookingState::rescheduled, "rescheduled"}};

// 0.1.0 stored the state's place in this list.
constexpr std::array states_of_0_1_0 = {BookingState::rescheduled, BookingState::canceled,
                                        BookingState::no_show, BookingState::booked};

template <typename T>
concept Record = describe::has_describe_members<T>::value;

template <Record T>
using Members = describe::describe_members<T, describe::mod_public>;

template <Record T>
bool is_member(std::string_view name) {
    bool is_known = false;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) { is_known |= name == member.name; });
    return is_known;
}

std::string_view view(const json::string& text) {
    return {text.data(), text.size()};
}

bool is_default(const json::value& value) {
    return value.is_null() || (value.is_string() && value.as_string().empty()) ||
           (value.is_array() && value.as_array().empty()) ||
           (value.is_object() && value.as_object().empty()) || (value.is_bool() && !value.as_bool());
}

// Where in the JSON something stands: see UnknownMember.
using Place = std::vector<std::string_view>;

// One overload a kind of member.
class Writer {
public:
    explicit Writer(const UnknownMembers& unknown) : unknown_(unknown) {}

    template <Record T>
    void write_members(const T& value, json::object& to) {
        boost::mp11::mp_for_each<Members<T>>([&](auto member) {
            place_.emplace_back(member.name);
            auto written = write(value.*member.pointer);
            place_.pop_back();
            if (!is_default(written)) to[member.name] = std::move(written);
        });
        if constexpr (std::is_same_v<T, Booking>)
            if (!value.unknown_state.empty()) to["state"] = value.unknown_state;
        add_unknown(to);
    }

    template <Record T>
    json::value write(const T& value) {
        json::object object;
        write_members(value, object);
        return object;
    }

    template <typename T>
    json::value write(const std::optional<T>& value) {
        return value ? write(*value) : json::value(nullptr);
    }

    template <typename T>
    json::value write(const std::vector<T>& values) {
        json::array array;
        for (const auto& value : values) array.push_back(write_element(value));
        return array;
    }

    template <typename T>
    json::value write(const std::set<T>& values) {
        json::array array;
        for (const auto& value : values) array.push_back(write(value));
        return array;
    }

    template <typename T>
    json::value write(const std::map<std::string, T>& values) {
        json::object object;
        for (const auto& [key, value] : values) {
            place_.emplace_back(key);
            object[key] = write(value);
            place_.pop_back();
        }
        return object;
    }

    json::value write(const std::string& value) { return json::string(value); }
    json::value write(bool value) { return value; }
    json::value write(std::int64_t value) { return value; }
    json::value write(Timestamp value) { return value.time_since_epoch().count(); }
    json::value write(BookingState value) { return json::string(text::name_of(value, booking_state_names)); }
    json::value write(const std::pair<std::string, std::string>& value) {
        return json::array{value.first, value.second};
    }

private:
    template <typename T>
    json::value write_element(const T& value);

    void add_unknown(json::object& to) const {
        for (const auto& unknown : unknown_)
            if (std::ranges::equal(unknown.place, place_)) to.emplace(unknown.name, unknown.value);
    }

    const UnknownMembers& unknown_;
    Place place_;
};

// What is known of an array's element: an unknown member of it is put back only where that is unchanged.
template <typename T>
std::string text_of(const T& value) {
    const UnknownMembers none;
    return json::serialize(Writer(none).write(value));
}

template <typename T>
json::value Writer::write_element(const T& value) {
    if (unknown_.empty()) return write(value);
    const auto text = text_of(value);
    place_.emplace_back(text);
    auto written = write(value);
    place_.pop_back();
    return written;
}

// Likewise.
class Reader {
public:
    explicit Reader(UnknownMembers& unknown) : unknown_(unknown) {}

    template <Record T>
    void read(const json::value& from, T& to) {
        const auto& object = from.as_object();
        std::size_t known = 0;
        boost::mp11::mp_for_each<Members<T>>([&](auto member) {
            const auto* value = object.if_contains(member.name);
            if (!value) return;
            ++known;
            read_at(member.name, *value, to.*member.pointer);
        });
        if (known < object.size()) keep_unknown<T>(object);
        if constexpr (std::is_same_v<T, Booking>) to.unknown_state = unknown_state_in(object);
    }

    template <typename T>
    void read(const json::value& from, std::optional<T>& to) {
        read(from, to.emplace());
    }

    template <typename T>
    void read(const json::value& from, std::vector<T>& to) {
        for (const auto& value : from.as_array()) {
            const auto known = unknown_.size();
            read_at({}, value, to.emplace_back());
            if (unknown_.size() == known) continue;
            const auto text = text_of(to.back());
            for (auto i = known; i < unknown_.size(); ++i) unknown_[i].place[place_.size()] = text;
        }
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
        for (const auto& [key, value] : from.as_object()) {
            const std::string_view name(key.data(), key.size());
            read_at(name, value, to[std::string(name)]);
        }
    }

    void read(const json::value& from, std::string& to) { to = view(from.as_string()); }
    void read(const json::value& from, bool& to) { to = from.as_bool(); }
    void read(const json::value& from, std::int64_t& to) { to = from.as_int64(); }
    void read(const json::value& from, Timestamp& to) {
        to = Timestamp(std::chrono::microseconds(from.as_int64()));
    }
    void read(const json::value& from, BookingState& to) {
        if (from.is_string()) {
            to = text::named(view(from.as_string()), booking_state_names).value_or(BookingState::booked);
        } else {
            to = states_of_0_1_0.at(static_cast<std::size_t>(from.as_int64()));
        }
    }
    void read(const json::value& from, std::pair<std::string, std::string>& to) {
        read(from.as_array().at(0), to.first);
        read(from.as_array().at(1), to.second);
    }

private:
    template <typename T>
    void read_at(std::string_view name, const json::value& from, T& to) {
        place_.push_back(name);
        read(from, to);
        place_.pop_back();
    }

    template <Record T>
    void keep_unknown(const json::object& object) {
        for (const auto& [key, value] : object) {
            const std::string_view name(key.data(), key.size());
            const bool is_version = place_.empty() && name == version_name;
            if (is_version || is_member<T>(name)) continue;
            unknown_.push_back({{place_.begin(), place_.end()}, std::string(name), value});
        }
    }

    static std::string unknown_state_in(const json::object& booking) {
        const auto* state = booking.if_contains("state");
        const auto* name = state ? state->if_string() : nullptr;
        return !name || text::named(view(*name), booking_state_names) ? std::string()
                                                                      : std::string(view(*name));
    }

    UnknownMembers& unknown_;
    Place place_;
};

template <typename T>
T parse(std::string_view text, const char* what) {
    T value;
    if (text.empty()) return value;
    try {
        Reader(value.unknown).read(json::parse({text.data(), text.size()}), value);
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& error) {
        throw LedgerError(fmt::format("the person's {} in Redis cannot be read: {}", what, error.what()));
    }
    return value;
}

}  // namespace

std::string serialize(const Ledger& ledger) {
    json::object object{{json::string_view(version_name.data(), version_name.size()), ledger_version}};
    Writer(ledger.unknown).write_members(ledger, object);
    return json::serialize(object);
}

std::string serialize(const Progress& progress) {
    const auto value = Writer(progress.unknown).write(progress);
    return is_default(value) ? "" : json::serialize(value);
}

Ledger parse_ledger(std::string_view text) {
    return parse<Ledger>(text, "ledger");
}

Progress parse_progress(std::string_view text) {
    return parse<Progress>(text, "progress");
}

bool says_the_same(const std::string& stored, const std::string& written) {
    if (stored == written) return true;
    if (stored.empty() || stored.starts_with(beginning)) return false;
    return serialize(parse_ledger(stored)) == written;
}

}  // namespace rules
