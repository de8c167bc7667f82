#include "net/limited_log.hpp"

#include <sstream>

#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

namespace limited_log_test {

class NetLimitedLog : public testing::Test {
protected:
    NetLimitedLog() { logger_->set_pattern("%l %v"); }

    std::ostringstream text_;
    std::shared_ptr<spdlog::logger> logger_ =
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_));
    net::LimitedLog log_{logger_};
};

TEST_F(NetLimitedLog, ALineThatHidesNoneSaysNothingOfIt) {
    log_.warn("one", "first cause");
    log_.error("other", "second cause");
    EXPECT_EQ(text_.str(), "warning first cause\nerror second cause\n");
}

TEST_F(NetLimitedLog, TheSameCauseIsWrittenOnceInASecond) {
    for (int i = 0; i < 3; ++i) log_.warn("one", "line " + std::to_string(i));
    EXPECT_EQ(text_.str(), "warning line 0\n");
}

}  // namespace limited_log_test
