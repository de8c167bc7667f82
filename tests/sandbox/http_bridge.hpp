// Between HTTP messages and the calls and answers of the APIs.
#pragma once

#include "http/server.hpp"
#include "sandbox/router.hpp"

namespace sandbox {

// Nothing when the target is no path under `base_path`.
std::optional<Call> to_call(const http::Server::Request& request, std::string_view base_path);

http::Server::Response to_response(const Answer& answer);

}  // namespace sandbox
