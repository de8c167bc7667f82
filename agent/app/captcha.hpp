// An operator's captcha (scheduling.verify_url): asked whether a form's token was earned.
#pragma once

#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "scheduling/verify.hpp"

namespace app {

// POST {"token": "..."} to the address: 2xx lets the booking go on, any 4xx is a refusal. Who cannot be asked
// lets nobody book. Nothing for "".
scheduling::Verify ask_captcha_at(const std::string& url, boost::asio::any_io_executor executor);

}  // namespace app
