#include "rules/numbering_plan.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/regex.hpp>

namespace rules {
namespace {

// Compiled when it is first asked for: most agents see the numbers of a few countries.
const boost::regex& compiled(std::string_view pattern) {
    thread_local std::unordered_map<std::string_view, boost::regex> patterns;
    const auto found = patterns.find(pattern);
    if (found != patterns.end()) return found->second;
    return patterns.emplace(pattern, boost::regex(pattern.begin(), pattern.end())).first->second;
}

bool is_all(std::string_view digits, std::string_view pattern) {
    return !pattern.empty() && boost::regex_match(digits.begin(), digits.end(), compiled(pattern));
}

using Match = boost::match_results<std::string_view::const_iterator>;

bool begins_with(std::string_view digits, std::string_view pattern, Match& match) {
    return !pattern.empty() && boost::regex_search(digits.begin(), digits.end(), match, compiled(pattern),
                                                   boost::match_continuous);
}

std::string all_countries() {
    std::vector<std::string_view> countries;
    for (const auto& plan : numbering_plans())
        if (!plan.country.empty()) countries.push_back(plan.country);
    std::ranges::sort(countries);
    std::string text;
    for (const auto country : countries) text.append(text.empty() ? "" : " ").append(country);
    return text;
}

}  // namespace

const NumberingPlan& numbering_plan_of(std::string_view country) {
    const auto plans = numbering_plans();
    const auto plan = std::ranges::find(plans, country, &NumberingPlan::country);
    if (country.empty() || plan == plans.end())
        throw std::invalid_argument("expected a country whose phone numbers are known: " + all_countries());
    return *plan;
}

std::span<const NumberingPlan> plans_abroad(std::string_view international) {
    const auto plans = numbering_plans();
    const auto has_code = [&](const NumberingPlan& plan) {
        return international.starts_with(plan.calling_code);
    };
    const auto first = std::ranges::find_if(plans, has_code);
    const auto last = std::find_if_not(first, plans.end(), has_code);
    return {first, last};
}

bool has_length(std::string_view national, const NumberingPlan& plan) {
    return national.size() < 32 && (plan.lengths >> national.size() & 1) != 0;
}

bool is_mobile(std::string_view national, const NumberingPlan& plan) {
    return is_all(national, plan.mobile);
}

Fit fit_of(std::string_view national, const NumberingPlan& plan) {
    if (!has_length(national, plan) || !is_all(national, plan.national)) return Fit::none;
    return is_mobile(national, plan) || is_all(national, plan.others) ? Fit::valid : Fit::outline;
}

Fit best_fit(std::string_view national, std::span<const NumberingPlan> plans) {
    Match ignored;
    for (const auto& plan : plans)
        if (begins_with(national, plan.leading, ignored)) return fit_of(national, plan);
    auto best = Fit::none;
    for (const auto& plan : plans) best = std::max(best, fit_of(national, plan));
    return best;
}

std::string without_trunk(const std::string& number, const NumberingPlan& plan) {
    Match match;
    if (!begins_with(number, plan.trunk, match)) return {};
    const std::string rest(match.suffix().first, match.suffix().second);
    const bool is_replaced =
        !plan.trunk_becomes.empty() && match.size() > 1 && match[match.size() - 1].matched;
    return is_replaced ? match.format(std::string(plan.trunk_becomes)) + rest : rest;
}

std::size_t exit_prefix_size(std::string_view number, const NumberingPlan& plan) {
    Match match;
    return begins_with(number, plan.exit_prefix, match) ? static_cast<std::size_t>(match.length()) : 0;
}

}  // namespace rules
