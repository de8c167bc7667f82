// A question of an event type's form.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "calendly/json_reader.hpp"

namespace calendly {

struct Question {
    std::string text;                  // to the letter: Calendly compares it so
    std::string type;                  // string, text, phone_number, single_select, multi_select
    std::vector<std::string> choices;  // of the two selects
    std::int64_t position = 0;
    bool is_required = false;
    bool allows_other = false;  // an answer that is none of the choices
};

// Those of an event type that are asked, in the order of the form.
std::vector<Question> parse_questions(const JsonReader& event_type);

}  // namespace calendly
