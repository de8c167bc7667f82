// Reads the members of what a visitor sent, and remembers the first that is wrong.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "rules/booking_check.hpp"

namespace rules {

class BookingFields {
public:
    explicit BookingFields(const boost::json::object& body) : body_(body) {}

    // Null when absent or null.
    const boost::json::value* find(std::string_view name) const;

    // One line without control characters, trimmed; "" when it is absent or something is wrong.
    std::string line(std::string_view name, std::size_t longest);
    std::string required_line(std::string_view name, std::size_t longest);

    void fail(std::string field, std::string message);
    bool has_failed() const noexcept { return error_.has_value(); }
    const FieldError& error() const { return *error_; }

    // A member that is none of these is a mistake.
    void allow_only(std::initializer_list<std::string_view> names);

private:
    const boost::json::object& body_;
    std::optional<FieldError> error_;
};

// What is wrong with a text that a visitor wrote; "" when nothing is. `longest` counts characters. Ends of
// lines and tabs are fine where `has_lines` says so.
std::string mistake_in(std::string_view text, std::size_t longest, bool has_lines);

}  // namespace rules
