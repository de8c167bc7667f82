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

TEST_F(NetLimitedLog, TheSameCauseIsWrittenOnce) {
    EXPECT_TRUE(log_.warn("one", "line 0"));
    EXPECT_FALSE(log_.warn("one", "line 1"));
    EXPECT_FALSE(log_.warn("one", "line 2"));
    EXPECT_EQ(text_.str(), "warning line 0\n");
}

TEST_F(NetLimitedLog, AllWhoWriteToOneLoggerShareItsLimit) {
    net::LimitedLog other(logger_);
    log_.info("one", "line 0");
    other.info("one", "line 1");
    net::LimitedLog apart(logger_->clone("apart"));
    apart.info("one", "line 2");
    EXPECT_EQ(text_.str(), "info line 0\ninfo line 2\n");
}

TEST_F(NetLimitedLog, WhatTheLevelKeepsBackIsNotCounted) {
    logger_->set_level(spdlog::level::err);
    EXPECT_FALSE(log_.warn("one", "line 0"));
    EXPECT_TRUE(log_.error("one", "line 1"));
    EXPECT_EQ(text_.str(), "error line 1\n");
}

}  // namespace limited_log_test
