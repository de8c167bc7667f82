#include "app/log.hpp"

#include <cstdlib>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace app {
namespace {

spdlog::level::level_enum level_of(const config::Connector& connector) {
    const auto level = connector.debug && connector.log_level < config::LogLevel::debug
                           ? config::LogLevel::debug
                           : connector.log_level;
    switch (level) {
        case config::LogLevel::error:
            return spdlog::level::err;
        case config::LogLevel::warning:
            return spdlog::level::warn;
        case config::LogLevel::info:
            return spdlog::level::info;
        case config::LogLevel::debug:
            return spdlog::level::debug;
        case config::LogLevel::verbose:
            return spdlog::level::trace;
    }
    return spdlog::level::info;
}

}  // namespace

void set_up_logging() {
    auto log = std::make_shared<spdlog::logger>("agent", std::make_shared<spdlog::sinks::stderr_sink_st>());
    log->flush_on(spdlog::level::trace);
    const bool has_journal = std::getenv("JOURNAL_STREAM") != nullptr;
    log->set_pattern(has_journal ? "%l [%n] %v" : "%Y-%m-%dT%H:%M:%S.%e%z %l [%n] %v");
    spdlog::set_default_logger(std::move(log));
}

std::shared_ptr<spdlog::logger> make_log(const config::Connector& connector) {
    auto log = spdlog::default_logger()->clone(connector.name);
    log->set_level(level_of(connector));
    return log;
}

}  // namespace app
