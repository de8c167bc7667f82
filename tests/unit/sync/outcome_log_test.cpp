// The line of the log for what became of a change.
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <spdlog/sinks/ostream_sink.h>

#include "sync/outcome_log.hpp"

namespace outcome_log_test {

class OutcomeLogTest : public testing::Test {
protected:
    std::string told(const rules::TimelineEntry& entry, spdlog::level::level_enum level) {
        std::ostringstream written;
        const auto log = std::make_shared<spdlog::logger>(
            "calendly", std::make_shared<spdlog::sinks::ostream_sink_st>(written));
        log->set_level(level);
        log->set_pattern("[%n] %v");
        syncing::OutcomeLog(log).tell(entry);
        return written.str();
    }

    rules::TimelineEntry booked() {
        rules::TimelineEntry entry;
        entry.change_id = "7f3a";
        entry.event = "calendly_booked";
        entry.person = "ann@example.com";
        entry.outcome = rules::TimelineOutcome::synced;
        entry.received_ms = 1'000;
        entry.committed_ms = 1'812;
        entry.steps = {{rules::StepKind::link, 200, 310, 1}, {rules::StepKind::contact, 201, 400, 2}};
        return entry;
    }
};

TEST_F(OutcomeLogTest, SaysWhoseChangeItWasWhatBecameOfItHowLongItTookAndWhatItCost) {
    EXPECT_EQ(told(booked(), spdlog::level::debug),
              "[calendly/fields] msg=\"Brevo has this change\" outcome=synced event=calendly_booked "
              "change_id=7f3a person=a...@example.com seconds=0.812 link_seconds=0.310 contact_seconds=0.400 "
              "calls=3\n");
}

TEST_F(OutcomeLogTest, IsForThoseWhoWantDetails) {
    EXPECT_EQ(told(booked(), spdlog::level::info), "");
}

TEST_F(OutcomeLogTest, OfADeadLetterSaysWhatToDo) {
    auto entry = booked();
    entry.outcome = rules::TimelineOutcome::dead;
    EXPECT_THAT(told(entry, spdlog::level::debug), testing::HasSubstr("calendly-brevo dead list"));
}

}  // namespace outcome_log_test
