#pragma once

#include <memory>

#include <spdlog/logger.h>

#include "config/configuration.hpp"

namespace app {

// Everything goes to standard error: one line a message, with its time unless journald adds it.
void set_up_logging();

// The connector's own log, named after it, at its level.
std::shared_ptr<spdlog::logger> make_log(const config::Connector& connector);

}  // namespace app
