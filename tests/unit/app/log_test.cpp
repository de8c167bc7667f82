// What foreign text can do to the log: nothing.
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include "app/log.hpp"

namespace log_test {

TEST(Log, ALineStaysOneLineWhateverIsInIt) {
    std::ostringstream written;
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_st>(written);
    spdlog::logger log("calendly", sink);
    log.set_formatter(app::one_line_formatter("%l [%n] %v"));
    log.info("entry {}: {} needs nothing", "1-0",
             "x\n2026-10-12 info [agent] all is well\x1b[2J\u009b\u2028\u202e\xff");
    EXPECT_EQ(
        written.str(),
        "info [calendly] entry 1-0: x 2026-10-12 info [agent] all is well [2J   \ufffd needs nothing\n");
}

}  // namespace log_test
