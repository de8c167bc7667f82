// One limit a log: what comes again and again is summed up.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <spdlog/common.h>

#include "shared/log_limit.hpp"

namespace spdlog {
class logger;
}

namespace net {

// What is said for the first time in ten minutes is written at once; of all that comes again one line in five
// minutes. It ends with "(n similar lines suppressed)" when there were any. All parts that write to one
// logger share its limit, so that the log of a bad half hour is a page.
class LimitedLog {
public:
    static constexpr shared::LogLimits::Time between_repeats = std::chrono::minutes(5);

    // Without a logger: the one that is the process's default when a line is written, with a limit of its
    // own.
    explicit LimitedLog(std::shared_ptr<spdlog::logger> log = nullptr);

    // True when the line was written.
    bool info(std::string_view cause, const std::string& line);
    bool warn(std::string_view cause, const std::string& line);
    bool error(std::string_view cause, const std::string& line);

private:
    // The line as it is to be written; nothing when it is kept back.
    std::optional<std::string> admit(std::string_view cause, const std::string& line);
    bool write(spdlog::level::level_enum level, std::string_view cause, const std::string& line);

    std::shared_ptr<spdlog::logger> log_;
    std::shared_ptr<shared::LogLimits> limits_;
};

}  // namespace net
