// Phone numbers as people type them, at home anywhere. Input: a byte for the home country, the text.
#include "rules/phone.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

// 0: nobody knows.
const rules::NumberingPlan* home_of(std::uint8_t byte) {
    const auto plans = rules::numbering_plans();
    return byte == 0 || byte > plans.size() ? nullptr : &plans[byte - 1u];
}

bool is_e164(std::string_view number) {
    constexpr std::size_t shortest = 5, longest = 16;
    return number.size() >= shortest && number.size() <= longest && number[0] == '+' && number[1] != '0' &&
           number.find_first_not_of("0123456789", 1) == number.npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto* home = home_of(data[0]);
    const auto text = fuzz::view(data + 1, size - 1);
    const auto number = rules::to_e164(text, home);
    fuzz::require(number == rules::to_e164(text, home), "the same text is the same number");
    if (!number) return 0;
    fuzz::require(is_e164(*number), "a number has E.164 form");
    const auto plans = rules::plans_abroad(std::string_view(*number).substr(1));
    fuzz::require(!plans.empty(), "a number has a calling code");
    const auto national = number->substr(1 + plans.front().calling_code.size());
    fuzz::require(rules::best_fit(national, plans) != rules::Fit::none,
                  "a number fits a plan of its calling code");
    const auto again = rules::to_e164(*number);
    fuzz::require(!again || again == number, "a number is not another one when it is read again");
    const auto dressed = rules::to_e164("\u202a" + std::string(text) + "\u202c\u200b", home);
    fuzz::require(dressed == number, "what nobody sees changes nothing");
    return 0;
}
