// Reads members of a JSON object, as far as they can be read, and names the place of what is missing or odd.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "calendly/timestamp.hpp"

namespace calendly {

// Places where something stands that Calendly does not say: "payload.tracking.utm_source". Names of the
// reader's own, never the sender's: there are few of them.
using Oddities = std::vector<std::string>;

// Texts are fit to be stored and sent: text::clean().
class JsonReader {
public:
    // Throws ShapeError when `value` is no object. Notes what is odd, when it is told where.
    JsonReader(const boost::json::value& value, std::string place, Oddities* oddities = nullptr);

    // Throw ShapeError when there is no such thing.
    std::string required_string(std::string_view name) const;
    Timestamp required_time(std::string_view name) const;
    JsonReader required_object(std::string_view name) const;

    // Missing and null are empty, and so is what cannot be read at all. A number, true and false are read as
    // their text; of a list of them, the first that says something, or all of them, a line each.
    std::string string(std::string_view name) const;
    std::string lines(std::string_view name) const;
    bool boolean(std::string_view name) const;
    std::optional<Timestamp> time(std::string_view name) const;
    std::optional<JsonReader> object(std::string_view name) const;
    std::vector<JsonReader> objects(std::string_view name) const;  // of a list

    const boost::json::value* find(std::string_view name) const;  // null when missing or null
    void note_odd(std::string_view name) const;

private:
    std::string place_of(std::string_view name) const;
    std::optional<std::vector<std::string>> texts(std::string_view name) const;

    const boost::json::object* object_;
    std::string place_;
    Oddities* oddities_;
};

}  // namespace calendly
