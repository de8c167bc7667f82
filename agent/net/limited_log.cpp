#include "net/limited_log.hpp"

#include <chrono>

#include <spdlog/spdlog.h>

namespace net {

std::optional<std::string> LimitedLog::admit(std::string_view cause, const std::string& line) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const auto kept_back = limits_.admit(cause, std::chrono::duration_cast<std::chrono::milliseconds>(now));
    if (!kept_back) return std::nullopt;
    return line + shared::suppressed_note(*kept_back);
}

spdlog::logger& LimitedLog::logger() const {
    return log_ ? *log_ : *spdlog::default_logger_raw();
}

void LimitedLog::warn(std::string_view cause, const std::string& line) {
    if (const auto text = admit(cause, line)) logger().warn(*text);
}

void LimitedLog::error(std::string_view cause, const std::string& line) {
    if (const auto text = admit(cause, line)) logger().error(*text);
}

}  // namespace net
