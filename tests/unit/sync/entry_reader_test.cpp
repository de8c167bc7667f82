// When entries are read, said to be held, taken back and taken over.
#include "unit/sync/fixture.hpp"

namespace entry_reader_test {

using namespace sync_support;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// Holds every batch until the test lets it go.
class HeldWork final : public syncing::BatchWork {
public:
    explicit HeldWork(asio::any_io_executor executor) : gate_(std::move(executor)) {}
    std::vector<std::string> done;

    asio::awaitable<void> process(std::string, syncing::Batch batch) override {
        co_await gate_.wait();
        for (const auto& item : batch) done.push_back(item.entry.id);
    }
    void let_all() { gate_.set(); }

private:
    net::Event gate_;
};

class EntryReaderTest : public SyncTest {
protected:
    ~EntryReaderTest() override {
        interruption.request();
        queue.interrupt();
        work_.let_all();
        io.restart();
        io.run_for(1s);
    }

    void start() {
        const auto rethrow = [](std::exception_ptr error) {
            if (error) std::rethrow_exception(error);
        };
        asio::co_spawn(io, reader_.run(), rethrow);
        asio::co_spawn(io, membership_.keep(), rethrow);
        poll();
    }

    void poll() {
        io.restart();
        io.poll();
    }

    template <typename Condition>
    void wait_until(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        io.restart();
        while (!condition() && std::chrono::steady_clock::now() < deadline) io.run_one_for(10ms);
        EXPECT_TRUE(condition());
    }

    std::size_t times(const std::string& call) const {
        return static_cast<std::size_t>(std::ranges::count(queue.calls, call));
    }

    std::size_t calls_within_ = 100;
    syncing::Timing timing_{
        .block = 10s, .keep_interval = 2ms, .take_over_after = 1ms, .redis_pause = 1ms, .crowded_pause = 1ms};
    api::Retry calendly_retry_ = make_retry(api::ApiName::calendly);
    syncing::CalendlyLookup lookup_{calendly, calendly_retry_, waiting, counters, log};
    syncing::DeadLetters dead_letters_{letters, counters, log};
    HeldWork work_{io.get_executor()};
    syncing::Leases leases_{io.get_executor(), people, interruption, waiting};
    syncing::Lanes lanes_{io.get_executor(), queue, work_, interruption, redis, troubles, timing_};
    syncing::Intake intake_{false, queue, upkeep, dead_letters_, lookup_, lanes_, counters, troubles, log};
    syncing::Membership membership_{io.get_executor(),
                                    {queue, intake_, lanes_, leases_, apis, redis, troubles},
                                    interruption,
                                    timing_,
                                    log};
    syncing::EntryReader reader_{{queue, membership_, intake_, lanes_, apis, waiting, redis, troubles,
                                  [this](std::chrono::milliseconds) { return calls_within_; }},
                                 interruption,
                                 timing_};
};

TEST_F(EntryReaderTest, TheGroupIsMadeBeforeAnythingIsRead) {
    membership_.begin();
    start();
    EXPECT_THAT(std::vector(queue.calls.begin(), queue.calls.begin() + 2),
                ElementsAre("ensure_group", "refresh 0"));
    EXPECT_THAT(queue.calls, Contains("read_new"));
    EXPECT_TRUE(redis.is_up());
}

TEST_F(EntryReaderTest, NoMorePeopleAreReadThanCanBeStartedSoon) {
    calls_within_ = 2;
    for (const auto* name : {"a@x.org", "b@x.org", "c@x.org", "d@x.org"})
        queue.put(created(of_person(first.booked(), name)));
    membership_.begin();
    start();
    EXPECT_EQ(queue.backlog(), 2u);
    work_.let_all();
    wait_until([&] { return queue.backlog() == 0; });
}

TEST_F(EntryReaderTest, PeopleWhoWaitForTheirNextAttemptHoldNobodyElseUp) {
    calls_within_ = 1;
    const net::Waiting::One one_waits(waiting);
    queue.put(created(of_person(first.booked(), "a@x.org")));
    queue.put(created(of_person(first.booked(), "b@x.org")));
    membership_.begin();
    start();
    EXPECT_EQ(queue.backlog(), 0u);
}

TEST_F(EntryReaderTest, NothingIsReadWhileAnApiRefusesUs) {
    membership_.begin();
    start();
    apis.of(api::ApiName::calendly).parked = "the token is refused";
    reader_.end_waiting();  // ends the read that waits
    poll();
    queue.put(created(first.booked()));
    poll();
    EXPECT_EQ(queue.backlog(), 1u);
    apis.of(api::ApiName::calendly).parked = {};
    wait_until([&] { return queue.backlog() == 0; });
}

TEST_F(EntryReaderTest, WhatIsHeldIsSaidAgainAndAgain) {
    queue.put(created(first.booked()));
    membership_.begin();
    start();
    wait_until([&] { return times("refresh 1") >= 2; });
}

TEST_F(EntryReaderTest, WhatOthersLeftIsTakenOver) {
    shared::WebhookEntry entry;
    entry.id = "7-0";
    entry.body = created(first.booked());
    queue.left_by_others.push_back(entry);
    membership_.begin();
    start();
    work_.let_all();
    wait_until([&] { return !work_.done.empty(); });
    EXPECT_THAT(work_.done, ElementsAre("7-0"));
}

TEST_F(EntryReaderTest, BeforeTheAccountIsReadNothingIsTakenOverOrBack) {
    start();
    wait_until([&] { return times("refresh 0") >= 3; });
    EXPECT_THAT(queue.calls, Not(Contains("take_over")));
    EXPECT_THAT(queue.calls, Not(Contains("take_back")));
}

// Redis handed it out, and the answer got lost with the connection.
TEST_F(EntryReaderTest, WhatABrokenConnectionLostIsTakenBackOnceRedisAnswers) {
    const auto id = queue.put(created(first.booked()));
    queue.on_call = [&, failed = false](const std::string& call) mutable {
        if (call != "read_new" || std::exchange(failed, true)) return;
        shared::WebhookEntry entry;
        entry.id = "50-0";
        entry.body = created(second.booked());
        queue.pending["50-0"] = entry;
        throw redis::Error(redis::Error::Kind::connection, "broke off");
    };
    membership_.begin();
    start();
    work_.let_all();
    wait_until([&] { return work_.done.size() == 2; });
    EXPECT_THAT(work_.done, Contains("50-0"));
    EXPECT_THAT(work_.done, Contains(id));
    EXPECT_EQ(times("ensure_group"), 2u) << "a restart may have lost the group";
}

// No descriptor, no memory: what was read and reached no lane is taken back, and nobody's work ends.
TEST_F(EntryReaderTest, TroubleOfTheMachineEndsNoLoop) {
    const auto id = queue.put(created(first.booked()));
    std::map<std::string, unsigned> failures{
        {"ensure_group", 2}, {"read_new", 3}, {"refresh 0", 2}, {"take_over", 2}};
    queue.on_call = [&](const std::string& call) {
        if (failures[call] > 0 && failures[call]-- > 0)
            throw std::system_error(EMFILE, std::generic_category());
    };
    membership_.begin();
    start();
    EXPECT_THAT(troubles.reports(), Not(IsEmpty()));
    work_.let_all();
    wait_until(
        [&] { return !work_.done.empty() && failures["take_over"] == 0 && troubles.reports().empty(); });
    EXPECT_THAT(work_.done, Each(id));  // this work acknowledges nothing: what is taken back is done again
    EXPECT_GE(counters.troubles[syncing::TroubleKind::machine], 9u);
}

TEST_F(EntryReaderTest, AStreamOfAnotherTypeIsNamed) {
    timing_.block = 5ms;  // a read that ends proves that all is well
    bool is_broken = true;
    queue.on_call = [&](const std::string& call) {
        if (is_broken && call == "ensure_group") throw redis::BrokenKey("calendly:{a}:webhooks is a list");
    };
    membership_.begin();
    start();
    wait_until([&] { return times("ensure_group") > 5; });
    ASSERT_THAT(troubles.reports(), SizeIs(1));
    EXPECT_EQ(troubles.reports().front().kind, syncing::TroubleKind::key);
    is_broken = false;
    wait_until([&] { return troubles.reports().empty() && redis.is_up(); });
}

TEST_F(EntryReaderTest, AfterALongOutageOthersGetTimeToSayWhatIsTheirs) {
    bool is_down = true;
    queue.on_call = [&](const std::string&) {
        if (is_down) throw redis::Error(redis::Error::Kind::connection, "down");
    };
    membership_.begin();
    start();
    EXPECT_FALSE(redis.is_up());
    wait_until([&] { return times("ensure_group") >= 10; });  // longer than two intervals
    const auto calls_before = queue.calls.size();
    is_down = false;
    wait_until([&] { return times("take_over") > 0; });
    const auto first_take_over = std::find(queue.calls.begin(), queue.calls.end(), "take_over");
    const auto said =
        std::count_if(queue.calls.begin() + static_cast<std::ptrdiff_t>(calls_before), first_take_over,
                      [](const std::string& call) { return call.starts_with("refresh"); });
    EXPECT_GE(said, 2);
}

TEST_F(EntryReaderTest, AtTheEndWhatWasBegunIsFinishedAndHeldUntilThen) {
    queue.put(created(first.booked()));
    membership_.begin();
    start();
    interruption.request();
    queue.interrupt();
    lanes_.abandon_waiting();
    bool is_finished = false;
    const auto on_end = [&](std::exception_ptr) { is_finished = true; };
    asio::co_spawn(io, membership_.finish(), on_end);
    const auto refreshed = times("refresh 1");
    wait_until([&] { return times("refresh 1") > refreshed; });
    EXPECT_FALSE(is_finished);
    work_.let_all();
    wait_until([&] { return is_finished; });
    EXPECT_EQ(queue.calls.back(), "leave");
}

}  // namespace entry_reader_test
