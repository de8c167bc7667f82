// An operator's captcha.
#pragma once

#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "scheduling/refusal.hpp"

namespace scheduling {

// Asks it about a form's token.
using Verify = std::function<boost::asio::awaitable<Outcome<bool>>(std::string form_token)>;

}  // namespace scheduling
