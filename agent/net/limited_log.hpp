// One limit a log: a line that comes again and again is written once a second, with the number of the others.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "shared/log_limit.hpp"

namespace spdlog {
class logger;
}

namespace net {

// At most one line a second for each cause. The next one that is written ends with "(n similar lines
// suppressed)" when there were any.
class LimitedLog {
public:
    // Without a logger: the one that is the process's default when a line is written.
    explicit LimitedLog(std::shared_ptr<spdlog::logger> log = nullptr) : log_(std::move(log)) {}

    void warn(std::string_view cause, const std::string& line);
    void error(std::string_view cause, const std::string& line);

private:
    // The line as it is to be written; nothing when it is kept back.
    std::optional<std::string> admit(std::string_view cause, const std::string& line);
    spdlog::logger& logger() const;

    std::shared_ptr<spdlog::logger> log_;
    shared::LogLimits limits_;
};

}  // namespace net
