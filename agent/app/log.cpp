#include "app/log.hpp"

#include <cstdlib>
#include <string>
#include <utility>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "text/text.hpp"

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

// The one place where foreign text becomes fit for the log, whoever wrote the line: it stays one line, and
// nothing in it moves a terminal's cursor or turns its direction.
class OneLine final : public spdlog::formatter {
public:
    explicit OneLine(std::string pattern) : pattern_(std::move(pattern)), formatter_(pattern_) {}

    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) override {
        const auto line = text::one_line({message.payload.data(), message.payload.size()});
        auto fit = message;
        fit.payload = line;
        formatter_.format(fit, to);
    }

    std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<OneLine>(pattern_); }

private:
    std::string pattern_;
    spdlog::pattern_formatter formatter_;
};

}  // namespace

std::unique_ptr<spdlog::formatter> one_line_formatter(const std::string& pattern) {
    return std::make_unique<OneLine>(pattern);
}

void set_up_logging() {
    auto log = std::make_shared<spdlog::logger>("agent", std::make_shared<spdlog::sinks::stderr_sink_st>());
    log->flush_on(spdlog::level::trace);
    const bool has_journal = std::getenv("JOURNAL_STREAM") != nullptr;
    log->set_formatter(one_line_formatter(has_journal ? "%l [%n] %v" : "%Y-%m-%dT%H:%M:%S.%e%z %l [%n] %v"));
    spdlog::set_default_logger(std::move(log));
}

std::shared_ptr<spdlog::logger> make_log(const config::Connector& connector) {
    auto log = spdlog::default_logger()->clone(connector.name);
    log->set_level(level_of(connector));
    return log;
}

}  // namespace app
