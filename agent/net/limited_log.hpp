#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <spdlog/logger.h>

#include "shared/log_limit.hpp"

namespace net {

// One line a second and cause; the next one tells how many were kept back.
class LimitedLog {
public:
    explicit LimitedLog(std::shared_ptr<spdlog::logger> log) : log_(std::move(log)) {}

    void warn(std::string_view cause, const std::string& line) { write(spdlog::level::warn, cause, line); }
    void error(std::string_view cause, const std::string& line) { write(spdlog::level::err, cause, line); }

private:
    void write(spdlog::level::level_enum level, std::string_view cause, const std::string& line) {
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        const auto kept_back =
            limits_.admit(cause, std::chrono::duration_cast<std::chrono::milliseconds>(now));
        if (kept_back) log_->log(level, "{} ({} more lines like this kept back)", line, *kept_back);
    }

    std::shared_ptr<spdlog::logger> log_;
    shared::LogLimits limits_;
};

}  // namespace net
