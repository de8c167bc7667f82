// How phone numbers are written within a country. libphonenumber knows more, but its package for development
// cannot be installed on Debian 12 beside the Boost that this project needs.
#pragma once

#include <string_view>

namespace rules {

struct NumberingPlan {
    enum class Trunk { required, optional };

    std::string_view country;  // ISO 3166-1: FR
    std::string_view calling_code;
    std::string_view trunk;  // dialled before a number within the country, and not from abroad; may be ""
    Trunk trunk_use;
    unsigned shortest, longest;     // digits without the trunk prefix
    bool begins_with_zero = false;  // some numbers do, also from abroad
    bool dials_00 = true;           // before the calling code of another country
};

// Whether a number with its calling code is of a country where the first 0 is dialled from abroad, too.
bool begins_with_zero_abroad(std::string_view number);

// By ISO code, in capitals. Throws std::invalid_argument with those that are known.
const NumberingPlan& numbering_plan_of(std::string_view country);

}  // namespace rules
