// Reads the members of a JSON object and remembers everything that is wrong with them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "sandbox/clock.hpp"

namespace sandbox {

namespace json = boost::json;

// Of a decimal number and nothing else.
std::optional<std::int64_t> parse_integer(std::string_view text);

struct FieldError {
    std::string parameter;
    std::string message;  // "must be a string"
};

// A member that is absent, null or of a wrong type gives nothing; a wrong type is an error as well.
class Fields {
public:
    explicit Fields(const json::object& object) : object_(object) {}

    std::optional<std::string> text(std::string_view name);
    std::optional<std::int64_t> integer(std::string_view name);
    std::optional<bool> boolean(std::string_view name);
    std::optional<Instant> instant(std::string_view name);
    const json::object* object(std::string_view name);
    const json::array* array(std::string_view name);
    std::optional<std::vector<std::string>> texts(std::string_view name);
    std::optional<std::vector<std::int64_t>> integers(std::string_view name);

    // Present and a string: an error when not, and empty.
    std::string required_text(std::string_view name);

    // Every other member is an error.
    void only(std::initializer_list<std::string_view> names);

    void fail(std::string_view name, std::string message);
    const std::vector<FieldError>& errors() const { return errors_; }

private:
    // Null when absent or null.
    const json::value* find(std::string_view name) const;

    template <class Item, class Read>
    std::optional<std::vector<Item>> items(std::string_view name, const char* kind, Read read);

    const json::object& object_;
    std::vector<FieldError> errors_;
};

}  // namespace sandbox
