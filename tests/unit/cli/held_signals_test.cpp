// Ctrl-C that comes while nothing waits: it is kept for the next place where a command may stop.
#include "cli/held_signals.hpp"

#include <gtest/gtest.h>

#include "cli/programs.hpp"
#include "cli/questions.hpp"
#include "net/interruption.hpp"

namespace held_signals_test {

const cli::Question question{.text = "How many", .usual = "1"};

TEST(CliHeldSignals, AreTakenOnce) {
    for (const int number : {SIGINT, SIGTERM}) {
        const cli::HeldSignals held;
        EXPECT_FALSE(held.take());
        ::raise(number);
        EXPECT_TRUE(held.take());
        EXPECT_FALSE(held.take());
    }
}

TEST(CliHeldSignals, StayHeldWhenAnInnerOneEnds) {
    const cli::HeldSignals held;
    { const cli::HeldSignals inner; }
    ::raise(SIGINT);
    { const cli::HeldSignals inner; }
    EXPECT_TRUE(held.take());
}

TEST(CliHeldSignals, EndTheNextQuestion) {
    cli::TypedQuestions typed;
    cli::UnattendedQuestions unattended;
    cli::Questions* const all[] = {&typed, &unattended};
    for (auto* questions : all) {
        const cli::HeldSignals held;
        ::raise(SIGINT);
        EXPECT_THROW(questions->ask(question), net::Interrupted);
    }
    EXPECT_EQ(unattended.ask(question), "1");
}

TEST(CliHeldSignalsDeathTest, ThatAreLetThroughEndTheProcess) {
    const cli::HeldSignals held;
    const auto press_twice = [&] {
        ::raise(SIGINT);
        held.take();
        held.let_through();
        ::raise(SIGINT);
    };
    EXPECT_EXIT(press_twice(), testing::KilledBySignal(SIGINT), "");
}

TEST(CliPrograms, HearWhatTheCommandKeepsBack) {
    const cli::HeldSignals held;
    EXPECT_EQ(cli::run_in_shell("exit 7"), 7);
    EXPECT_EQ(cli::run_in_shell("kill -INT $$"), 128 + SIGINT);
    EXPECT_EQ(cli::run_in_shell("kill -TERM $$"), 128 + SIGTERM);
}

TEST(CliPrograms, AreToldToEndWhenTheCommandIs) {
    EXPECT_THROW(cli::run_in_shell("kill -TERM $PPID; exit 0"), net::Interrupted);
    EXPECT_THROW(cli::run_in_shell("kill -TERM $PPID; sleep 600"), net::Interrupted);
    EXPECT_EQ(cli::run_in_shell("true"), 0);
}

}  // namespace held_signals_test
