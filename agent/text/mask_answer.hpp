// The answer of an API, or of a proxy in its place, made fit for a log.
#pragma once

#include <string>
#include <string_view>

namespace text {

// One printable line. Whatever an answer quotes may name a person, in any form: kept are the words that APIs
// and proxies explain refusals with, and of JSON the members' names; everything else is "***".
std::string mask_answer(std::string_view answer);

}  // namespace text
