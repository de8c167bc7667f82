#include "rules/phone.hpp"

#include <algorithm>
#include <map>

#include "rules/written_number.hpp"

namespace rules {
namespace {

// What a text may mean. It is taken for a number when it can mean but one.
class Readings {
public:
    // `is_complete`: false when it may also be something else: a local number, of which only people there
    // know the whole, or another country's without its code.
    void add(std::string_view calling_code, std::string_view national, Fit fit, bool is_complete = true) {
        auto number = std::string("+").append(calling_code).append(national);
        if (fit == Fit::none || number.size() > longest) return;
        auto& reading = readings_[std::move(number)];
        reading.fit = std::max(reading.fit, fit);
        reading.is_complete |= is_complete;
    }

    // Among those that are given out; only where there are none, among those of the right form: plans get
    // new ranges all the time.
    std::optional<std::string> the_only() const {
        if (readings_.empty()) return std::nullopt;
        const auto fit = std::ranges::max_element(readings_, {}, fit_in)->second.fit;
        if (std::ranges::count(readings_, fit, fit_in) != 1) return std::nullopt;
        const auto& [number, reading] = *std::ranges::find(readings_, fit, fit_in);
        return reading.is_complete ? std::optional(number) : std::nullopt;
    }

private:
    struct Reading {
        Fit fit = Fit::none;
        bool is_complete = false;
    };
    using Entry = std::pair<const std::string, Reading>;
    static Fit fit_in(const Entry& entry) { return entry.second.fit; }

    static constexpr std::size_t longest = 16;  // E.164: 15 digits

    std::map<std::string, Reading> readings_;
};

// With its calling code. The digit at `home_zero` was written as one that is not dialled from abroad. What
// fits less than `least` may be something else.
void add_abroad(std::string_view digits, std::size_t home_zero, Fit least, Readings& readings) {
    const auto plans = plans_abroad(digits);
    if (plans.empty()) return;
    const auto& code = plans.front().calling_code;
    std::string national(digits.substr(code.size()));
    if (home_zero >= code.size() && home_zero < digits.size()) {
        // Where it is dialled from abroad, too, as in Italy, nobody knows what was meant.
        if (best_fit(national, plans) != Fit::none) return;
        national.erase(home_zero - code.size(), 1);
    }
    for (const auto& number : {national, without_trunk(national, plans.front())}) {
        const auto fit = best_fit(number, plans);
        readings.add(code, number, fit, fit >= least);
    }
}

// As it is dialled within the country, with the trunk prefix or without.
void add_at_home(const std::string& digits, const NumberingPlan& home, Readings& readings) {
    const auto plans = plans_abroad(home.calling_code);
    const auto stripped = without_trunk(digits, home);
    readings.add(home.calling_code, stripped, best_fit(stripped, plans));
    // Without the prefix it may lack the area, too, where numbers are of many lengths.
    const bool is_whole = home.trunk.empty() || home.has_one_fixed_length || is_mobile(digits, home);
    const auto fit = best_fit(digits, plans);
    readings.add(home.calling_code, digits, fit, is_whole && fit == Fit::valid);
}

bool may_be_of(const std::string& digits, const NumberingPlan& home) {
    return has_length(digits, home) || has_length(without_trunk(digits, home), home);
}

// As a number with the calling code of which only the + is missing. Of another country only where no number
// of this one is as long: a digit too many or too few must not reach a stranger.
void add_without_plus(const WrittenNumber& number, const NumberingPlan& home, Readings& readings) {
    const bool is_of_home = number.digits.starts_with(home.calling_code);
    if (is_of_home || !may_be_of(number.digits, home))
        add_abroad(number.digits, number.home_zero, is_of_home ? Fit::outline : Fit::valid, readings);
}

void add_after(std::size_t exit_prefix, const WrittenNumber& number, Readings& readings) {
    if (exit_prefix == 0) return;
    const auto zero = number.home_zero;
    const bool is_behind = zero != std::string::npos && zero >= exit_prefix;
    add_abroad(std::string_view(number.digits).substr(exit_prefix),
               is_behind ? zero - exit_prefix : std::string::npos, Fit::outline, readings);
}

}  // namespace

std::optional<std::string> to_e164(std::string_view written, const NumberingPlan* home) {
    const auto number = take_apart(written);
    if (!number) return std::nullopt;
    Readings readings;
    if (number->has_plus) {
        add_abroad(number->digits, number->home_zero, Fit::outline, readings);
    } else if (home) {
        add_after(exit_prefix_size(number->digits, *home), *number, readings);
        add_at_home(number->digits, *home, readings);
        add_without_plus(*number, *home, readings);
    } else if (number->digits.starts_with("00")) {
        add_after(2, *number, readings);
    }
    return readings.the_only();
}

}  // namespace rules
