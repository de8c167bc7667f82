// One person's entries in their order, however many; and how much of them is in memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/deadline.hpp"
#include "sync/lanes.hpp"

namespace {

namespace asio = boost::asio;
using syncing::Batch;
using syncing::Item;
using syncing::Lanes;

constexpr std::size_t many = 3 * Lanes::most_waiting + 7;

Item item_of(const std::string& id) {
    Item item;
    item.entry.id = id;
    return item;
}

class LanesTest : public testing::Test {
protected:
    // Batches end, and entries are read again, when let() says so.
    void push(const std::string& person, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            pushed_[person].push_back(person + std::to_string(pushed_[person].size()));
            lanes_.push(person, item_of(pushed_[person].back()));
        }
        run();
    }

    void let() {
        gate_.cancel();
        run();
    }

    void let_all() {
        for (std::size_t turns = 0; !lanes_.is_idle(); ++turns) {
            ASSERT_LT(turns, many) << "every turn works something off";
            let();
        }
    }

    std::size_t done(const std::string& person) { return worked_[person].size(); }

    asio::awaitable<void> pass() { co_await gate_.async_wait(net::as_result); }

    asio::awaitable<void> work(std::string person, Lanes::Turn turn) {
        if (turn.batch.empty()) turn.batch = co_await load(turn.ids);
        if (turn.batch.empty()) co_return;
        largest_ = std::max(largest_, turn.batch.size());
        co_await pass();
        for (const auto& item : turn.batch) worked_[person].push_back(item.entry.id);
    }

    asio::awaitable<Batch> load(std::vector<std::string> ids) {
        reloaded_ += ids.size();
        co_await pass();
        Batch batch;
        for (const auto& id : ids)
            if (id != gone_ && !is_stopped_) batch.push_back(item_of(id));
        co_return batch;
    }

    void run() {
        io_.restart();
        io_.poll();
    }

    asio::io_context io_;
    asio::steady_timer gate_{io_, asio::steady_timer::time_point::max()};
    Lanes lanes_{io_.get_executor(), [this](std::string person, Lanes::Turn turn) {
                     return work(std::move(person), std::move(turn));
                 }};
    std::map<std::string, std::vector<std::string>> pushed_, worked_;  // ids by person
    std::size_t largest_ = 0, reloaded_ = 0;
    std::string gone_;
    bool is_stopped_ = false;
};

TEST_F(LanesTest, AreWorkedOffInOrder) {
    push("ann", many);
    push("ann", many);
    let();
    push("ann", 1);
    let();
    push("ann", Lanes::most_waiting);
    let_all();
    EXPECT_EQ(worked_["ann"], pushed_["ann"]);
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
    while (!lanes_.is_idle()) {
        let();
        ASSERT_LE(lanes_.loaded(), 2 * Lanes::most_waiting);
    }
    EXPECT_EQ(largest_, Lanes::most_waiting);
    EXPECT_EQ(reloaded_, many - Lanes::most_waiting);
}

TEST_F(LanesTest, ReadNothingAgainThatTheyHaveInMemory) {
    push("ann", 1);
    push("ann", Lanes::most_waiting);
    let_all();
    EXPECT_EQ(done("ann"), 1 + Lanes::most_waiting);
    EXPECT_EQ(reloaded_, 0u);
}

TEST_F(LanesTest, OfOnePersonDoNotWaitForAnothers) {
    push("ann", many);
    push("bea", 1);
    let();
    EXPECT_EQ(done("bea"), 1u);
    EXPECT_LT(done("ann"), many);
    let_all();
}

TEST_F(LanesTest, AnEntryIsHeldOnce) {
    push("ann", many);
    for (const auto& id : pushed_["ann"]) lanes_.push("ann", item_of(id));
    EXPECT_EQ(lanes_.held().size(), many);
    let_all();
    EXPECT_EQ(worked_["ann"], pushed_["ann"]);
}

TEST_F(LanesTest, DoWithoutEntriesThatAreGone) {
    push("ann", 1);
    push("ann", many);
    gone_ = pushed_["ann"].back();
    let_all();
    EXPECT_EQ(done("ann"), many);
    EXPECT_TRUE(lanes_.held().empty());
}

TEST_F(LanesTest, LetGoOfWhatHasNotBeenStarted) {
    push("ann", 1);
    push("ann", many);
    is_stopped_ = true;
    lanes_.abandon_waiting();
    EXPECT_EQ(lanes_.held().size(), 1u);
    EXPECT_EQ(lanes_.loaded(), 1u);
    let();
    EXPECT_EQ(done("ann"), 1u);
    EXPECT_TRUE(lanes_.is_idle());
}

TEST_F(LanesTest, LetGoOfWhatIsReadAgainWhenTheAgentStops) {
    push("ann", 1);
    push("ann", many);
    let();
    let();
    const auto before = done("ann");
    EXPECT_EQ(before, 1 + Lanes::most_waiting) << "now the next ones are read again";
    is_stopped_ = true;
    lanes_.abandon_waiting();
    let();
    EXPECT_EQ(done("ann"), before);
    EXPECT_TRUE(lanes_.is_idle());
    EXPECT_TRUE(lanes_.held().empty());
}

}  // namespace
