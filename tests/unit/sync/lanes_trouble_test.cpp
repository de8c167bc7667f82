// Lanes while Redis, a key in it or the machine is in trouble.
#include "unit/sync/lanes_fixture.hpp"

namespace lanes_trouble_test {

using namespace lanes_support;

// Redis broke while the entries were worked on, or while they were read again.
TEST_F(LanesTest, WhatRedisKeptFromALaneIsTriedAgain) {
    unsigned failures = 3;
    work_.on_process = [&](const Batch&) {
        if (failures > 0 && failures-- > 0) throw trouble(redis::Error::Kind::connection);
    };
    queue_.on_call = [failed = false](const std::string& call) mutable {
        if (call == "read_again" && !std::exchange(failed, true)) throw trouble(redis::Error::Kind::not_now);
    };
    push("ann", 1);
    push("ann", many);
    run_until_idle();
    EXPECT_EQ(work_.worked["ann"], pushed_["ann"]);
    EXPECT_TRUE(lanes_.held().empty());
}

TEST_F(LanesTest, TroubleWithRedisIsNoted) {
    redis_.note_answer();
    work_.on_process = [this](const Batch&) {
        if (redis_.is_up()) throw trouble(redis::Error::Kind::refused);
    };
    push("ann", 1);
    run_until_idle();
    EXPECT_FALSE(redis_.is_up());
    EXPECT_EQ(done("ann"), 1u);
}

// Whatever the machine is in trouble with, the entries are not to blame.
const std::vector<std::function<void()>> machine_troubles = {
    [] { throw std::bad_alloc(); },
    [] { throw std::system_error(EMFILE, std::generic_category(), "open"); },
    [] { throw boost::system::system_error(boost::asio::error::no_descriptors); },
    [] { throw rules::TimeZoneTrouble("/usr/share/zoneinfo/Europe/Paris is missing or damaged"); },
    [] { throw std::logic_error("a mistake in this program"); },
    [] { throw std::invalid_argument("no certificates can be read"); },
    [] { throw std::runtime_error("anything else"); }};

TEST_F(LanesTest, TroubleOfTheMachineIsRepeatedUntilItIsOver) {
    for (const auto& meet : machine_troubles) {
        work_.worked.clear();
        pushed_.clear();
        unsigned failures = 5;
        work_.on_process = [&](const Batch&) {
            if (failures > 0 && failures-- > 0) meet();
        };
        push("ann", 2);
        run_until_idle();
        EXPECT_THAT(work_.worked["ann"], testing::UnorderedElementsAreArray(pushed_["ann"]));
        EXPECT_TRUE(lanes_.held().empty());
        EXPECT_TRUE(troubles_.reports().empty()) << "it is over";
    }
    EXPECT_EQ(counters_.troubles[syncing::TroubleKind::machine], 5 * machine_troubles.size());
}

TEST_F(LanesTest, TroubleOfTheMachineIsKnownWhileItLastsAndHoldsNobodyElseUp) {
    bool is_over = false;
    work_.on_process = [&](const Batch& batch) {
        if (!is_over && batch.front().entry.id == pushed_["ann"].front()) throw std::bad_alloc();
    };
    push("ann", 1);
    push("bea", 1);
    run_until([&] { return counters_.troubles[syncing::TroubleKind::machine] >= 10; });
    EXPECT_EQ(done("bea"), 1u);
    run_until([&] { return lanes_.size() == 0; });  // there is room for others
    ASSERT_EQ(troubles_.reports().size(), 1u);
    EXPECT_EQ(troubles_.reports().front().cause, std::bad_alloc().what());
    EXPECT_EQ(troubles_.reports().front().pieces, 1u);
    is_over = true;
    run_until_idle();
    EXPECT_EQ(done("ann"), 1u);
}

// A mistake in this program that one entry brings about.
TEST_F(LanesTest, AnEntryThatBringsTroubleAboutDoesNotTakeItsNeighboursAlong) {
    bool is_mended = false;
    work_.on_process = [&](const Batch& batch) {
        const auto is_bad = [&](const Item& item) { return item.entry.id == pushed_["ann"][1]; };
        if (!is_mended && std::ranges::any_of(batch, is_bad)) throw std::logic_error("a mistake");
    };
    push("ann", 3);
    run_until([&] { return done("ann") == 2; });
    push("ann", 1);
    run_until([&] { return done("ann") == 3; });
    EXPECT_EQ(lanes_.held().size(), 1u) << "it is this agent's, and pending";
    is_mended = true;
    run_until_idle();
    EXPECT_THAT(work_.worked["ann"], testing::UnorderedElementsAreArray(pushed_["ann"]));
}

TEST_F(LanesTest, AKeyInRedisThatIsBrokenIsNamedAndCountedWhileItIsTriedAgain) {
    redis_.note_answer();
    bool is_mended = false;
    work_.on_process = [&](const Batch&) {
        if (!is_mended) throw redis::BrokenKey("calendly:{a}:lease:a...@example.com is a list");
    };
    push("ann", 2);
    run_until([&] { return counters_.troubles[syncing::TroubleKind::key] >= 5; });
    ASSERT_EQ(troubles_.reports().size(), 1u);
    EXPECT_EQ(troubles_.reports().front().kind, syncing::TroubleKind::key);
    EXPECT_THAT(troubles_.reports().front().cause, testing::HasSubstr(":lease:a...@example.com is a list"));
    EXPECT_TRUE(redis_.is_up()) << "Redis answers";
    is_mended = true;
    run_until_idle();
    EXPECT_EQ(work_.largest, 2u) << "still together";
    EXPECT_TRUE(troubles_.reports().empty());
}

TEST_F(LanesTest, WhenTheAgentStopsInTroubleWhatIsNotDoneStaysPending) {
    work_.on_process = [](const Batch&) { throw std::bad_alloc(); };
    push("ann", 2);
    run_until([&] { return counters_.troubles[syncing::TroubleKind::machine] >= 5; });
    interruption_.request();
    run_until_idle();
    EXPECT_EQ(queue_.pending.size(), 2u);
}

}  // namespace lanes_trouble_test
