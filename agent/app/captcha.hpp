// An operator's captcha (scheduling.verify_url): asked whether a person books.
#pragma once

#include <memory>

#include <spdlog/logger.h>
#include <boost/asio/any_io_executor.hpp>

#include "config/scheduling.hpp"
#include "scheduling/verify.hpp"

namespace app {

// As rules/captcha.hpp says. Who cannot be asked within 5 s, or gives no answer that means anything, lets
// nobody book: unavailable, and a line in the log. Nothing without verify_url.
scheduling::Verify ask_captcha_of(const config::Scheduling& settings, boost::asio::any_io_executor executor,
                                  std::shared_ptr<spdlog::logger> log);

}  // namespace app
