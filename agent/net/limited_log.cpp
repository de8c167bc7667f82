#include "net/limited_log.hpp"

#include <chrono>
#include <map>

#include <spdlog/spdlog.h>

namespace net {
namespace {

using Limits = shared::LogLimits;

// A logger lives as long as the limited logs that write to it: an address is taken anew only when its limit
// is gone, too.
std::shared_ptr<Limits> limits_of(const spdlog::logger* log) {
    thread_local std::map<const spdlog::logger*, std::weak_ptr<Limits>> known;
    if (log)
        if (auto limits = known[log].lock()) return limits;
    auto limits = std::make_shared<Limits>(LimitedLog::between_repeats);
    std::erase_if(known, [](const auto& one) { return one.second.expired(); });
    if (log) known[log] = limits;
    return limits;
}

}  // namespace

LimitedLog::LimitedLog(std::shared_ptr<spdlog::logger> log)
    : log_(std::move(log)), limits_(limits_of(log_.get())) {}

std::optional<std::string> LimitedLog::admit(std::string_view cause, const std::string& line) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const auto kept_back = limits_->admit(cause, std::chrono::duration_cast<std::chrono::milliseconds>(now));
    if (!kept_back) return std::nullopt;
    return line + shared::suppressed_note(*kept_back);
}

bool LimitedLog::write(spdlog::level::level_enum level, std::string_view cause, const std::string& line) {
    auto& log = log_ ? *log_ : *spdlog::default_logger_raw();
    if (!log.should_log(level)) return false;
    const auto text = admit(cause, line);
    if (text) log.log(level, *text);
    return text.has_value();
}

bool LimitedLog::info(std::string_view cause, const std::string& line) {
    return write(spdlog::level::info, cause, line);
}

bool LimitedLog::warn(std::string_view cause, const std::string& line) {
    return write(spdlog::level::warn, cause, line);
}

bool LimitedLog::error(std::string_view cause, const std::string& line) {
    return write(spdlog::level::err, cause, line);
}

}  // namespace net
