// Brevo's JSON.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "brevo/list.hpp"
#include "brevo/types.hpp"

namespace brevo {

// The JSON has another shape than Brevo's; what() names the place.
struct ShapeError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::string upsert_body(const Contact& contact);  // POST /contacts
std::string update_body(const Contact& contact);  // PUT /contacts/{identifier}
std::string event_body(const Event& event);       // POST /events

std::vector<Attribute> parse_attributes(std::string_view body);  // throws ShapeError
std::string_view type_name(AttributeType type);

// Of the answers about lists; they throw ShapeError.
std::vector<List> parse_lists(std::string_view body);
std::optional<std::int64_t> parse_first_folder(std::string_view body);  // nothing: there is none
std::int64_t parse_new_id(std::string_view body);                       // of what was made

}  // namespace brevo
