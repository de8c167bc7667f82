// Requests of visitors as texts that a test can change at random: see scheduling_calls_test.cpp for their
// form.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.hpp"

namespace scheduling_requests {

struct Ask {
    http::Verb verb;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

// Nothing when the server's parser would not let it through.
std::optional<Ask> read_ask(std::string_view text);

// Without line feeds and other controls, as a header's value must be.
bool is_one_line(std::string_view value);

// A few requests each, of every call; the first is a booking that is canceled.
const std::vector<std::string>& seeds();

// One of them, changed.
std::string changed(std::mt19937_64& random);

}  // namespace scheduling_requests
