#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace harness {

// What the load generator has to know of an HTTP/1.1 answer of nginx.
struct AnswerHead {
    unsigned status = 0;
    bool closes = false;  // "Connection: close"
};

// Nothing while the answer is incomplete. Throws std::runtime_error when `bytes` cannot be exactly one answer
// with a Content-Length, or chunked, as nginx writes it.
std::optional<AnswerHead> whole_answer(std::string_view bytes);

}  // namespace harness
