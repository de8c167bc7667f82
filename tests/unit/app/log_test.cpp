// What foreign text can do to the log: nothing. And what a line says.
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include "app/journal.hpp"
#include "app/log.hpp"

namespace log_test {

using testing::Contains;
using testing::ElementsAre;
using testing::MatchesRegex;

std::string written_by(const std::string& logger, const std::string& text, const std::string& time = "") {
    std::ostringstream written;
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_st>(written);
    spdlog::logger log(logger, sink);
    log.set_formatter(app::logfmt_formatter(time));
    log.info(text);
    return written.str();
}

std::vector<std::string> journalled(const std::string& logger, const std::string& text,
                                    spdlog::level::level_enum level = spdlog::level::info) {
    const spdlog::details::log_msg message(logger, level, text);
    return app::journal_fields(message);
}

TEST(Log, ALineStaysOneLineWhateverIsInIt) {
    const auto line =
        written_by("calendly", "x\n2026-10-12 level=info msg=\"all is well\x1b[2J\u009b\u2028\u202e\xff");
    EXPECT_EQ(line,
              "level=info connector=calendly "
              "msg=\"x 2026-10-12 level=info msg=\\\"all is well [2J   \ufffd\"\n");
}

TEST(Log, BeginsWithTheTime) {
    EXPECT_THAT(written_by("agent", "Redis answers", "%Y-%m-%dT%H:%M:%S.%e%z"),
                MatchesRegex("time=[0-9T:.+-]+ level=info msg=\"Redis answers\"\n"));
}

TEST(Log, OfTheProcessNamesNoConnector) {
    EXPECT_EQ(written_by("agent", "a \\ b"), "level=info msg=\"a \\\\ b\"\n");
}

TEST(Log, WholeFieldsStayFields) {
    EXPECT_EQ(written_by("calendly/fields", "msg=\"Brevo has this change\" calls=3"),
              "level=info connector=calendly msg=\"Brevo has this change\" calls=3\n");
}

TEST(Journal, HasTheMessageItsPriorityAndTheConnector) {
    EXPECT_THAT(journalled("calendly", "a \"b\"\nc", spdlog::level::err),
                ElementsAre("PRIORITY=3", "SYSLOG_IDENTIFIER=calendly-brevo",
                            "CALENDLY_BREVO_CONNECTOR=calendly", "MESSAGE=a \"b\" c"));
    EXPECT_THAT(journalled("agent", "x"),
                ElementsAre("PRIORITY=6", "SYSLOG_IDENTIFIER=calendly-brevo", "MESSAGE=x"));
}

TEST(Journal, HasEachFieldOfALineOfFields) {
    const auto fields =
        journalled("calendly/fields", "msg=\"done; a \\\"b\\\"\" change_id=7f link_seconds=0.010");
    EXPECT_THAT(fields, Contains("MESSAGE=done; a \"b\""));
    EXPECT_THAT(fields, Contains("CALENDLY_BREVO_CHANGE_ID=7f"));
    EXPECT_THAT(fields, Contains("CALENDLY_BREVO_LINK_SECONDS=0.010"));
}

TEST(Journal, IsNotTakenForStandardErrorByItsNameAlone) {
    ::setenv("JOURNAL_STREAM", "1:1", 1);
    EXPECT_FALSE(app::is_journal_on_stderr());
    ::unsetenv("JOURNAL_STREAM");
    EXPECT_FALSE(app::is_journal_on_stderr());
}

}  // namespace log_test
