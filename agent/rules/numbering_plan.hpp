// How phone numbers are built and written in every country. The table is made from libphonenumber's metadata:
// numbering_metadata.cpp. The library itself cannot be installed on Debian 12 beside the Boost that this
// project needs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rules {

// Patterns are regular expressions in Perl's syntax, of digits; "" fits nothing. A national number is what
// follows the calling code.
struct NumberingPlan {
    std::string_view country;  // ISO 3166-1: FR; "" for a calling code that is no country's
    std::string_view calling_code;
    std::string_view exit_prefix;    // pattern: dialled before the calling code of another country
    std::string_view trunk;          // pattern: dialled before a national number at home
    std::string_view trunk_becomes;  // what it is replaced by where it captured something; "": nothing
    std::string_view leading;        // pattern: what begins so is of this country, where several share a code
    std::uint32_t lengths;           // of national numbers: bit n is set when there are some of n digits
    bool has_one_fixed_length;       // fixed lines have but one length
    std::string_view national;       // pattern: the outline of all national numbers
    std::string_view mobile;         // patterns: numbers that are given out
    std::string_view others;
};

// Those with one calling code stand together; the first of them has the rules of the code as a whole.
std::span<const NumberingPlan> numbering_plans() noexcept;

// By ISO code, in capitals. Throws std::invalid_argument with those that are known.
const NumberingPlan& numbering_plan_of(std::string_view country);

// The plans with the calling code that the number begins with; none when it begins with no calling code.
std::span<const NumberingPlan> plans_abroad(std::string_view international);

// How well a national number fits: of another form than the plan's numbers; of their form; of a range that is
// given out.
enum class Fit { none, outline, valid };
Fit fit_of(std::string_view national, const NumberingPlan& plan);
Fit best_fit(std::string_view national, std::span<const NumberingPlan> plans);

bool has_length(std::string_view national, const NumberingPlan& plan);
bool is_mobile(std::string_view national, const NumberingPlan& plan);

// The number as it is dialled from abroad, if it begins with the trunk prefix; "" else.
std::string without_trunk(const std::string& number, const NumberingPlan& plan);

// The size of the exit prefix that the number begins with; 0 when it begins with none.
std::size_t exit_prefix_size(std::string_view number, const NumberingPlan& plan);

}  // namespace rules
