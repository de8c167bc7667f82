// One person's entries in their order, however many; and how much of them is in memory.
#include "unit/sync/lanes_fixture.hpp"

namespace lanes_test {

using namespace lanes_support;

TEST_F(LanesTest, AreWorkedOffInOrder) {
    push("ann", many);
    push("ann", many);
    let();
    push("ann", 1);
    let();
    push("ann", Lanes::most_waiting);
    let_all();
    EXPECT_EQ(work_.worked["ann"], pushed_["ann"]);
    EXPECT_TRUE(lanes_.held().empty());
    EXPECT_EQ(lanes_.loaded(), 0u);
}

TEST_F(LanesTest, KeepTheFirstEntriesOfALongQueueInMemoryOnly) {
    push("ann", 1);
    for (std::size_t i = 0; i < many; ++i) {
        push("ann", 1);
        ASSERT_LE(lanes_.loaded(), 1 + Lanes::most_waiting);
    }
    EXPECT_EQ(lanes_.held().size(), 1 + many) << "they are all this agent's";
    while (!is_idle()) {
        let();
        ASSERT_LE(lanes_.loaded(), 2 * Lanes::most_waiting);
    }
    EXPECT_EQ(work_.largest, Lanes::most_waiting);
    EXPECT_EQ(times_read_again(), 3u) << "the long rest in turns, nothing twice";
}

TEST_F(LanesTest, ReadNothingAgainThatTheyHaveInMemory) {
    push("ann", 1);
    push("ann", Lanes::most_waiting);
    let_all();
    EXPECT_EQ(done("ann"), 1 + Lanes::most_waiting);
    EXPECT_EQ(times_read_again(), 0u);
}

TEST_F(LanesTest, OfOnePersonDoNotWaitForAnothers) {
    push("ann", many);
    push("bea", 1);
    let();
    EXPECT_EQ(done("bea"), 1u);
    EXPECT_LT(done("ann"), many);
    let_all();
}

TEST_F(LanesTest, OfAReadThatWasCutTheLastPersonWaitsForTheRest) {
    lanes_.begin_read(true);
    read("ada", 2);
    read("bea", 1);
    run();
    let();
    EXPECT_EQ(done("ada"), 2u);
    EXPECT_EQ(done("bea"), 0u);
    lanes_.begin_read(true);
    read("bea", 2);
    read("cleo", 1);
    run();
    let();
    EXPECT_EQ(work_.largest, 3u) << "all of hers at once";
    EXPECT_EQ(done("bea"), 3u);
    EXPECT_EQ(done("cleo"), 0u);
    lanes_.begin_read(false);
    run();
    let();
    EXPECT_EQ(done("cleo"), 1u) << "there was no more";
}

TEST_F(LanesTest, ARestThatDoesNotComeIsNotWaitedForLong) {
    timing_.wait_for_rest = 5ms;
    lanes_.begin_read(true);
    push("ada", 1);
    run_until_idle();
    EXPECT_EQ(done("ada"), 1u);
}

TEST_F(LanesTest, AnEntryIsHeldOnce) {
    push("ann", many);
    for (const auto& id : pushed_["ann"]) lanes_.push("ann", syncing::read_item(entry_of(id)));
    EXPECT_EQ(lanes_.held().size(), many);
    let_all();
    EXPECT_EQ(work_.worked["ann"], pushed_["ann"]);
}

TEST_F(LanesTest, DoWithoutEntriesThatAreGone) {
    push("ann", 1);
    push("ann", many);
    queue_.gone.insert(pushed_["ann"].back());
    let_all();
    EXPECT_EQ(done("ann"), many);
    EXPECT_TRUE(lanes_.held().empty());
}

TEST_F(LanesTest, LetGoOfWhatHasNotBeenStarted) {
    push("ann", 1);
    push("ann", many);
    lanes_.abandon_waiting();
    EXPECT_EQ(lanes_.held().size(), 1u);
    EXPECT_EQ(lanes_.loaded(), 1u);
    let();
    EXPECT_EQ(done("ann"), 1u);
    EXPECT_TRUE(is_idle());
}

TEST_F(LanesTest, WhenTheAgentStopsWhatIsNotDoneStaysPending) {
    work_.on_process = [](const Batch&) { throw trouble(redis::Error::Kind::connection); };
    push("ann", 1);
    interruption_.request();
    let();
    EXPECT_TRUE(is_idle());
    EXPECT_EQ(done("ann"), 0u);
    EXPECT_TRUE(queue_.pending.contains(pushed_["ann"].front()));
}

}  // namespace lanes_test
