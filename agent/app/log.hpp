#pragma once

#include <memory>
#include <string>

#include <spdlog/formatter.h>
#include <spdlog/logger.h>

#include "config/configuration.hpp"

namespace app {

// Of lines in this pattern of spdlog's, each fit for a log: text::one_line().
std::unique_ptr<spdlog::formatter> one_line_formatter(const std::string& pattern);

// Everything goes to standard error: one line a message, with its time unless journald adds it.
void set_up_logging();

// The connector's own log, named after it, at its level.
std::shared_ptr<spdlog::logger> make_log(const config::Connector& connector);

}  // namespace app
