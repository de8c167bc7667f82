#include "sync/backlog_watch.hpp"

#include <sstream>

#include <spdlog/sinks/ostream_sink.h>

#include "unit/sync/fixture.hpp"

namespace backlog_watch_test {

using namespace sync_support;

class BacklogWatchTest : public SyncTest {
protected:
    // Looks until the `count`th time.
    void look(int count) {
        looks_left_ = count;
        run(watch_.run());
    }
    void SetUp() override {
        backlog.on_look = [this] {
            if (--looks_left_ == 0) interruption.request();
            if (on_look_) on_look_();
        };
    }

    std::function<void()> on_look_;
    std::ostringstream lines_;
    std::shared_ptr<spdlog::logger> heard_ =
        std::make_shared<spdlog::logger>("heard", std::make_shared<spdlog::sinks::ostream_sink_st>(lines_));
    std::vector<std::uint64_t> dead_;  // letters, as they were told
    syncing::BacklogWatch watch_{
        backlog,  interruption, 1ms,
        troubles, heard_,       [this](const redis::Backlog& seen) { dead_.push_back(seen.dead_letters); }};
    int looks_left_ = 0;
};

TEST_F(BacklogWatchTest, TellsWhatThereIsEachTime) {
    backlog.found.dead_letters = 3;
    on_look_ = [this] {
        if (looks_left_ == 1) backlog.found.dead_letters = 0;
    };
    look(3);
    EXPECT_EQ(dead_, (std::vector<std::uint64_t>{3, 0, 0}));
}

TEST_F(BacklogWatchTest, UntilSomebodyHasLookedEntriesMayWait) {
    EXPECT_TRUE(watch_.may_hold_entries());
    look(1);
    EXPECT_FALSE(watch_.may_hold_entries());
}

TEST_F(BacklogWatchTest, EntriesOfEitherStreamWait) {
    backlog.found.history = 1;
    look(1);
    EXPECT_TRUE(watch_.may_hold_entries());
}

TEST_F(BacklogWatchTest, ALookThatFailsLeavesWhatWasSeenAndNobodyKnows) {
    backlog.found.dead_letters = 2;
    on_look_ = [this] {
        if (looks_left_ < 3) throw redis::Error(redis::Error::Kind::connection, "away");
    };
    look(4);
    EXPECT_EQ(watch_.seen().dead_letters, 2u);
    EXPECT_TRUE(watch_.may_hold_entries());
    EXPECT_EQ(dead_, (std::vector<std::uint64_t>{2}));
    EXPECT_TRUE(troubles.reports().empty()) << "others say it";
}

TEST_F(BacklogWatchTest, ARightThatIsMissingIsATroubleAsLongAsItLasts) {
    std::vector<syncing::TroubleReport> while_it_lasts, afterwards;
    on_look_ = [&, looks = 0]() mutable {
        if (++looks == 6) while_it_lasts = troubles.reports();
        if (looks == 7) afterwards = troubles.reports();
        if (looks > 1 && looks < 6) throw redis::MissingRight("the user needs +xlen and +xrange: NOPERM");
    };
    look(7);
    ASSERT_EQ(while_it_lasts.size(), 1u);
    EXPECT_EQ(while_it_lasts.front().kind, syncing::TroubleKind::right);
    EXPECT_THAT(while_it_lasts.front().cause, testing::HasSubstr("needs +xlen and +xrange: NOPERM"));
    EXPECT_EQ(counters.troubles[syncing::TroubleKind::right], 4u);
    EXPECT_TRUE(afterwards.empty());
}

TEST_F(BacklogWatchTest, AStreamThatIsNoneIsATrouble) {
    on_look_ = [&, looks = 0]() mutable {
        if (++looks == 2) {
            EXPECT_EQ(troubles.reports().size(), 1u);
        }
        if (looks < 3) throw redis::BrokenKey("calendly:{a}:dead is a list");
    };
    look(3);
    EXPECT_TRUE(troubles.reports().empty()) << "it is over";
}

TEST_F(BacklogWatchTest, ARefusalIsSaidOnce) {
    on_look_ = [] { throw redis::Error(redis::Error::Kind::refused, "ERR no such thing"); };
    look(3);
    EXPECT_THAT(lines_.str(),
                testing::EndsWith("how much waits and how many letters are dead is not known\n"));
    EXPECT_EQ(std::ranges::count(lines_.str(), '\n'), 1);
}

}  // namespace backlog_watch_test
