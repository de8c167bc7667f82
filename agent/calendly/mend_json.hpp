#pragma once

#include <string>
#include <string_view>

namespace calendly {

// JSON that can be parsed, from one whose texts hold what JSON does not allow: bytes that are no UTF-8 and
// halves of surrogate pairs become U+FFFD, control characters are escaped, a byte-order mark is left out.
// What is wrong besides stays wrong.
std::string mend_json(std::string_view body);

}  // namespace calendly
