// Reads members of a JSON object and names the place of what is missing or of another type.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "calendly/timestamp.hpp"

namespace calendly {

class JsonReader {
public:
    // Throws ShapeError when `value` is no object.
    JsonReader(const boost::json::value& value, std::string place);

    std::string required_string(std::string_view name) const;
    Timestamp required_time(std::string_view name) const;

    // Missing and null are empty.
    std::string string(std::string_view name) const;
    bool boolean(std::string_view name) const;
    std::optional<Timestamp> time(std::string_view name) const;
    const boost::json::value* find(std::string_view name) const;  // null when missing or null
    const boost::json::array* array(std::string_view name) const;
    JsonReader object(std::string_view name) const;  // required

    const boost::json::object& members() const noexcept { return object_; }
    std::string place_of(std::string_view name) const;

private:
    const boost::json::object& object_;
    std::string place_;
};

}  // namespace calendly
