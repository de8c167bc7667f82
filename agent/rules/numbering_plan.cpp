#include "rules/numbering_plan.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace rules {
namespace {

using enum NumberingPlan::Trunk;

// Of ITU-T E.164, with the national plans that countries tell the ITU. A country is left out where its
// numbers cannot be told apart by these rules (Argentina's mobile numbers change their form abroad).
constexpr NumberingPlan plans[] = {
    {"AD", "376", "", optional, 6, 9},
    {"AE", "971", "0", required, 8, 9},
    {"AL", "355", "0", required, 8, 9},
    {"AT", "43", "0", required, 7, 13},
    {"AU", "61", "0", required, 9, 9, false, false},
    {"BA", "387", "0", required, 8, 8},
    {"BD", "880", "0", required, 8, 10},
    {"BE", "32", "0", required, 8, 9},
    {"BG", "359", "0", required, 8, 9},
    {"BR", "55", "0", optional, 10, 11, false, false},
    {"CA", "1", "1", optional, 10, 10, false, false},
    {"CH", "41", "0", required, 9, 9},
    {"CI", "225", "", optional, 10, 10, true},
    {"CL", "56", "", optional, 9, 9, false, false},
    {"CM", "237", "", optional, 9, 9},
    {"CN", "86", "0", optional, 10, 11},
    {"CO", "57", "", optional, 10, 10, false, false},
    {"CY", "357", "", optional, 8, 8},
    {"CZ", "420", "", optional, 9, 9},
    {"DE", "49", "0", required, 6, 11},
    {"DK", "45", "", optional, 8, 8},
    {"DO", "1", "1", optional, 10, 10, false, false},
    {"DZ", "213", "0", required, 8, 9},
    {"EE", "372", "", optional, 7, 8},
    {"EG", "20", "0", required, 8, 10},
    {"ES", "34", "", optional, 9, 9},
    {"FI", "358", "0", required, 6, 11},
    {"FO", "298", "", optional, 6, 6},
    {"FR", "33", "0", required, 9, 9},
    {"GB", "44", "0", required, 9, 10},
    {"GF", "594", "0", required, 9, 9},
    {"GH", "233", "0", required, 9, 9},
    {"GI", "350", "", optional, 8, 8},
    {"GP", "590", "0", required, 9, 9},
    {"GR", "30", "", optional, 10, 10},
    {"HK", "852", "", optional, 8, 8, false, false},
    {"HR", "385", "0", required, 8, 9},
    {"HU", "36", "06", required, 8, 9},
    {"ID", "62", "0", required, 8, 12, false, false},
    {"IE", "353", "0", required, 7, 9},
    {"IL", "972", "0", required, 8, 9, false, false},
    {"IN", "91", "0", optional, 10, 10},
    {"IS", "354", "", optional, 7, 7},
    {"IT", "39", "", optional, 6, 11, true},
    {"JP", "81", "0", required, 9, 10, false, false},
    {"KE", "254", "0", required, 9, 9, false, false},
    {"KR", "82", "0", required, 8, 10, false, false},
    {"KW", "965", "", optional, 8, 8},
    {"KZ", "7", "8", required, 10, 10, false, false},
    {"LI", "423", "", optional, 7, 9},
    {"LK", "94", "0", required, 9, 9},
    {"LT", "370", "0", required, 8, 8},
    {"LU", "352", "", optional, 6, 9},
    {"LV", "371", "", optional, 8, 8},
    {"MA", "212", "0", required, 9, 9},
    {"MC", "377", "", optional, 8, 9},
    {"MD", "373", "0", required, 8, 8},
    {"ME", "382", "0", required, 8, 8},
    {"MK", "389", "0", required, 8, 8},
    {"MQ", "596", "0", required, 9, 9},
    {"MT", "356", "", optional, 8, 8},
    {"MX", "52", "", optional, 10, 10},
    {"MY", "60", "0", required, 8, 10},
    {"NG", "234", "0", required, 8, 10, false, false},
    {"NL", "31", "0", required, 9, 9},
    {"NO", "47", "", optional, 8, 8},
    {"NZ", "64", "0", required, 8, 10},
    {"PE", "51", "0", optional, 8, 9},
    {"PH", "63", "0", required, 8, 10},
    {"PK", "92", "0", required, 9, 10},
    {"PL", "48", "", optional, 9, 9},
    {"PR", "1", "1", optional, 10, 10, false, false},
    {"PT", "351", "", optional, 9, 9},
    {"QA", "974", "", optional, 8, 8},
    {"RE", "262", "0", required, 9, 9},
    {"RO", "40", "0", required, 9, 9},
    {"RS", "381", "0", required, 8, 9},
    {"RU", "7", "8", required, 10, 10, false, false},
    {"SA", "966", "0", required, 8, 9},
    {"SE", "46", "0", required, 7, 9},
    {"SG", "65", "", optional, 8, 8, false, false},
    {"SI", "386", "0", required, 8, 8},
    {"SK", "421", "0", required, 9, 9},
    {"SM", "378", "", optional, 6, 10, true},
    {"SN", "221", "", optional, 9, 9},
    {"TH", "66", "0", required, 8, 9, false, false},
    {"TN", "216", "", optional, 8, 8},
    {"TR", "90", "0", required, 10, 10},
    {"TW", "886", "0", required, 8, 9, false, false},
    {"UA", "380", "0", required, 9, 9},
    {"US", "1", "1", optional, 10, 10, false, false},
    {"UY", "598", "0", optional, 8, 8},
    {"VN", "84", "0", required, 9, 10},
    {"XK", "383", "0", required, 8, 8},
    {"YT", "262", "0", required, 9, 9},
    {"ZA", "27", "0", required, 9, 9},
};

std::string all_countries() {
    std::string countries;
    for (const auto& plan : plans) countries.append(countries.empty() ? "" : " ").append(plan.country);
    return countries;
}

}  // namespace

bool begins_with_zero_abroad(std::string_view number) {
    return std::ranges::any_of(plans, [&](const NumberingPlan& plan) {
        return plan.begins_with_zero && number.starts_with(plan.calling_code);
    });
}

const NumberingPlan& numbering_plan_of(std::string_view country) {
    const auto* const plan = std::ranges::find(plans, country, &NumberingPlan::country);
    if (plan == std::end(plans))
        throw std::invalid_argument("'" + std::string(country) +
                                    "' is no country whose phone numbers are known: " + all_countries());
    return *plan;
}

}  // namespace rules
