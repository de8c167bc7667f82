#include "app/log.hpp"

#include <string>
#include <utility>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "app/journal.hpp"
#include "text/logfmt.hpp"
#include "text/text.hpp"

namespace app {
namespace {

constexpr std::string_view process_log = "agent";

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

bool has_fields(const spdlog::details::log_msg& message) {
    return std::string_view(message.logger_name.data(), message.logger_name.size())
        .ends_with(text::field_logger_suffix);
}

// The one place where foreign text becomes fit for the log, whoever wrote the line: it stays one line, and
// nothing in it moves a terminal's cursor, turns its direction or ends the field that it stands in.
class Logfmt final : public spdlog::formatter {
public:
    explicit Logfmt(std::string time_pattern)
        : time_pattern_(std::move(time_pattern)),
          time_(time_pattern_, spdlog::pattern_time_type::local, "") {}

    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) override {
        std::string line;
        append_time(message, line);
        const auto level = spdlog::level::to_string_view(message.level);
        text::append_field(line, "level", {level.data(), level.size()});
        const auto connector = app::connector_of({message.logger_name.data(), message.logger_name.size()});
        if (!connector.empty()) text::append_field(line, "connector", connector);
        line += ' ';
        line += app::fields_of(message);
        line += '\n';
        to.append(line.data(), line.data() + line.size());
    }

    std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<Logfmt>(time_pattern_);
    }

private:
    void append_time(const spdlog::details::log_msg& message, std::string& line) {
        if (time_pattern_.empty()) return;
        spdlog::memory_buf_t time;
        time_.format(message, time);
        text::append_field(line, "time", {time.data(), time.size()});
    }

    std::string time_pattern_;
    spdlog::pattern_formatter time_;
};

}  // namespace

// "calendly" of "calendly/fields".
std::string_view connector_of(std::string_view logger) {
    if (logger == process_log) return {};
    if (logger.ends_with(text::field_logger_suffix)) logger.remove_suffix(text::field_logger_suffix.size());
    return logger;
}

std::string fields_of(const spdlog::details::log_msg& message) {
    const std::string_view payload(message.payload.data(), message.payload.size());
    if (has_fields(message)) return text::one_line(payload);
    std::string fields;
    text::append_quoted_field(fields, "msg", payload);
    return fields;
}

std::unique_ptr<spdlog::formatter> logfmt_formatter(const std::string& time_pattern) {
    return std::make_unique<Logfmt>(time_pattern);
}

void set_up_logging() {
    std::shared_ptr<spdlog::sinks::sink> sink;
    if (is_journal_on_stderr())
        sink = std::make_shared<JournalSink>();
    else
        sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
    sink->set_formatter(logfmt_formatter("%Y-%m-%dT%H:%M:%S.%e%z"));
    auto log = std::make_shared<spdlog::logger>(std::string(process_log), std::move(sink));
    log->flush_on(spdlog::level::trace);
    spdlog::set_default_logger(std::move(log));
}

std::shared_ptr<spdlog::logger> make_log(const config::Connector& connector) {
    auto log = spdlog::default_logger()->clone(connector.name);
    log->set_level(level_of(connector));
    return log;
}

}  // namespace app
