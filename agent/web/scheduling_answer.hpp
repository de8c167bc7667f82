// How the scheduling API answers: JSON, a status for every refusal, nothing that a cache may keep.
#pragma once

#include <string>

#include "http/message.hpp"
#include "scheduling/refusal.hpp"

namespace web {

http::Response json_answer(unsigned status, std::string body);
http::Response refusal_answer(const scheduling::Refusal& refusal);

// With the methods that the path has; a pre-flight of browsers is answered by who asks for it.
http::Response wrong_method(std::string_view allow);

}  // namespace web
