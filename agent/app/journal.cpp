#include "app/journal.hpp"

#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include <fmt/format.h>
#include <systemd/sd-journal.h>

#include "app/log.hpp"
#include "text/logfmt.hpp"
#include "text/text.hpp"

namespace app {
namespace {

// As syslog counts them.
int priority_of(spdlog::level::level_enum level) {
    switch (level) {
        case spdlog::level::critical:
            return 2;
        case spdlog::level::err:
            return 3;
        case spdlog::level::warn:
            return 4;
        case spdlog::level::info:
            return 6;
        default:
            return 7;
    }
}

std::string own_field(std::string_view key, std::string_view value) {
    std::string field = "CALENDLY_BREVO_";
    for (const char c : key) field += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return field.append("=").append(value);
}

}  // namespace

bool is_journal_on_stderr() {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    if (!stream || ::fstat(STDERR_FILENO, &status) != 0) return false;
    return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

std::vector<std::string> journal_fields(const spdlog::details::log_msg& message) {
    std::vector<std::string> fields = {fmt::format("PRIORITY={}", priority_of(message.level)),
                                       "SYSLOG_IDENTIFIER=calendly-brevo"};
    const auto connector = connector_of({message.logger_name.data(), message.logger_name.size()});
    if (!connector.empty()) fields.push_back(own_field("connector", connector));
    for (const auto& [key, value] : text::read_fields(fields_of(message)))
        fields.push_back(key == "msg" ? "MESSAGE=" + value : own_field(key, value));
    return fields;
}

void JournalSink::sink_it_(const spdlog::details::log_msg& message) {
    auto fields = journal_fields(message);
    std::vector<iovec> parts;
    for (auto& field : fields) parts.push_back({field.data(), field.size()});
    if (::sd_journal_sendv(parts.data(), static_cast<int>(parts.size())) >= 0) return;
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    const auto written = ::write(STDERR_FILENO, line.data(), line.size());
    static_cast<void>(written);  // there is nowhere left to say so
}

}  // namespace app
