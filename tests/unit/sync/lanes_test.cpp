// One person's entries in their order, however many; and how much of them is in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include <spdlog/logger.h>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include "rules/time_zones.hpp"
#include "sync/connector_status.hpp"
#include "sync/lanes.hpp"
#include "unit/fakes/entry_queue.hpp"

namespace lanes_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using syncing::Batch;
using syncing::Item;
using syncing::Lanes;

constexpr std::size_t many = 3 * Lanes::most_waiting + 7;

// Notes what it is given when let() says so; throws what the test wants.
class GatedWork final : public syncing::BatchWork {
public:
    explicit GatedWork(asio::any_io_executor executor) : gate_(std::move(executor)) {}

    asio::awaitable<void> process(std::string person, Batch batch) override {
        largest = std::max(largest, batch.size());
        co_await gate_.wait();
        if (on_process) on_process(batch);
        for (const auto& item : batch) worked[person].push_back(item.entry.id);
    }

    void let() { gate_.notify(); }

    std::map<std::string, std::vector<std::string>> worked;  // ids by person
    std::function<void(const Batch& batch)> on_process;
    std::size_t largest = 0;

private:
    net::Event gate_;
};

class LanesTest : public testing::Test {
protected:
    void push(const std::string& person, std::size_t count) {
        read(person, count);
        run();
    }
    void read(const std::string& person, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            auto entry = entry_of(queue_.put(R"({"event":"anything.else"})"));
            pushed_[person].push_back(entry.id);
            lanes_.push(person, syncing::read_item(std::move(entry)));
        }
    }

    // As if the queue had handed it out.
    shared::WebhookEntry entry_of(const std::string& id) {
        shared::WebhookEntry entry;
        entry.id = id;
        entry.body = R"({"event":"anything.else"})";
        queue_.pending[id] = entry;
        return entry;
    }

    void let() {
        work_.let();
        run();
    }

    bool is_idle() { return lanes_.idle().is_set(); }

    void let_all() {
        for (std::size_t turns = 0; !is_idle(); ++turns) {
            ASSERT_LT(turns, many) << "every turn works something off";
            let();
        }
    }

    // With the pauses after trouble, which last a millisecond.
    template <typename Condition>
    void run_until(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (!condition() && std::chrono::steady_clock::now() < deadline) {
            work_.let();
            io_.restart();
            io_.run_for(1ms);
        }
        EXPECT_TRUE(condition());
    }
    void run_until_idle() {
        run_until([this] { return is_idle(); });
    }

    std::size_t done(const std::string& person) { return work_.worked[person].size(); }
    std::size_t times_read_again() const {
        return static_cast<std::size_t>(std::ranges::count(queue_.calls, "read_again"));
    }

    void run() {
        io_.restart();
        io_.poll();
    }

    asio::io_context io_;
    net::Interruption interruption_{io_.get_executor()};
    std::shared_ptr<spdlog::logger> log_ = std::make_shared<spdlog::logger>("nowhere");
    syncing::RedisState redis_{log_};
    syncing::Counters counters_;
    syncing::Troubles troubles_{{.first = 1ms, .longest = 2ms}, counters_, log_};
    syncing::Timing timing_{.redis_pause = 1ms, .patience = {.backoff = {.first = 1ms, .longest = 2ms}}};
    fakes::EntryQueue queue_{io_.get_executor()};
    GatedWork work_{io_.get_executor()};
    Lanes lanes_{io_.get_executor(), queue_, work_, interruption_, redis_, troubles_, timing_};
    std::map<std::string, std::vector<std::string>> pushed_;  // ids by person
};

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

redis::Error trouble(redis::Error::Kind kind) {
    return redis::Error(kind, "on purpose");
}

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
        if (!is_mended) throw redis::BrokenKey("calendly:{a}:lease:a***@example.com is a list");
    };
    push("ann", 2);
    run_until([&] { return counters_.troubles[syncing::TroubleKind::key] >= 5; });
    ASSERT_EQ(troubles_.reports().size(), 1u);
    EXPECT_EQ(troubles_.reports().front().kind, syncing::TroubleKind::key);
    EXPECT_THAT(troubles_.reports().front().cause, testing::HasSubstr(":lease:a***@example.com is a list"));
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
