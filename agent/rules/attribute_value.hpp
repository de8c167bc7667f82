// What a booking says, in the form of the attribute that it is mapped to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "brevo/types.hpp"
#include "calendly/timestamp.hpp"
#include "rules/numbering_plan.hpp"

namespace rules {

struct LocalTime {
    calendly::Timestamp time;
    std::string zone;
};

// std::monostate: nothing to say.
using FieldValue = std::variant<std::monostate, std::string, std::int64_t, LocalTime>;

struct Conversion {
    std::optional<brevo::Value> value;
    std::string problem;        // why there is no value; without the value, which may be personal
    bool lacks_option = false;  // the account lacks the category's option: its owner must act
};

// Brevo drops a value of the wrong type without a word, so it is not sent: the problem says why. `home`: the
// country that phone numbers without a country code are of, if it is known.
Conversion convert(const FieldValue& field, const brevo::Attribute& attribute,
                   const NumberingPlan* home = nullptr);

}  // namespace rules
