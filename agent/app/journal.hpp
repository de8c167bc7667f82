// The journal of systemd: lines with their level and fields, so that journalctl finds them.
#pragma once

#include <string>
#include <vector>

#include <spdlog/details/log_msg.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

namespace app {

// Standard error goes to the journal.
bool is_journal_on_stderr();

// "MESSAGE=...", "PRIORITY=6", "SYSLOG_IDENTIFIER=calendly-brevo", "CALENDLY_BREVO_CONNECTOR=...", and of a
// line of fields each of them: "CALENDLY_BREVO_CHANGE_ID=...".
std::vector<std::string> journal_fields(const spdlog::details::log_msg& message);

// What the journal does not take goes to standard error.
class JournalSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
private:
    void sink_it_(const spdlog::details::log_msg& message) override;
    void flush_() override {}
};

}  // namespace app
