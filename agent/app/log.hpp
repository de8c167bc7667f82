#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <spdlog/details/log_msg.h>
#include <spdlog/formatter.h>
#include <spdlog/logger.h>

#include "config/configuration.hpp"

namespace app {

// Of lines in logfmt: time=... level=... connector=... msg="...", each fit for a log: text::one_line().
// `time_pattern` is spdlog's; "": without the time.
std::unique_ptr<spdlog::formatter> logfmt_formatter(const std::string& time_pattern);

// The fields of a line by themselves: msg="..." of a message.
std::string fields_of(const spdlog::details::log_msg& message);
// The connector that a logger belongs to; "" of the process's own.
std::string_view connector_of(std::string_view logger);

// Everything goes to standard error, one line a message, or to the journal when that stands behind it.
void set_up_logging();

// The connector's own log, named after it, at its level.
std::shared_ptr<spdlog::logger> make_log(const config::Connector& connector);

}  // namespace app
