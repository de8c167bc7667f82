// When there is no memory to begin with an entry: it stays pending and is begun with later, and none is lost.
#include "unit/fakes/scarce_executor.hpp"
#include "unit/sync/fixture.hpp"

namespace lanes_memory_test {

using namespace sync_support;
using syncing::Batch;
using syncing::Lanes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Notes what was done.
class NotedWork final : public syncing::BatchWork {
public:
    asio::awaitable<void> process(std::string, Batch batch) override {
        if (on_process) on_process(batch);
        done.push_back(syncing::ids_of(batch));
        co_return;
    }

    std::function<void(const Batch& batch)> on_process;
    std::vector<std::vector<std::string>> done;  // batch by batch
};

class LanesMemoryTest : public SyncTest {
protected:
    static syncing::Item item(const std::string& id) {
        shared::WebhookEntry entry;
        entry.id = id;
        entry.body = R"({"event":"anything.else"})";
        return syncing::read_item(std::move(entry));
    }

    void run_until_idle() {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        do {
            io.restart();
            io.run_for(1ms);
        } while (!lanes_.idle().is_set() && std::chrono::steady_clock::now() < deadline);
        ASSERT_TRUE(lanes_.idle().is_set());
    }

    fakes::ScarceExecutor executor_{io};
    NotedWork work_;
    syncing::Timing timing_{.redis_pause = 1ms, .patience = {.backoff = {.first = 1ms, .longest = 2ms}}};
    Lanes lanes_{executor_, queue, work_, interruption, redis, troubles, timing_};
};

TEST_F(LanesMemoryTest, WhatCannotBeBegunIsNotHeldAndMayBePushedAgain) {
    executor_.refuse_after(0);
    EXPECT_THROW(lanes_.push(ada, item("1-0")), std::bad_alloc);
    EXPECT_THAT(lanes_.held(), IsEmpty());
    EXPECT_EQ(lanes_.size(), 0u);
    EXPECT_TRUE(lanes_.idle().is_set()) << "nobody waits for it";
    lanes_.push(ada, item("1-0"));
    run_until_idle();
    EXPECT_THAT(work_.done, ElementsAre(ElementsAre("1-0")));
}

TEST_F(LanesMemoryTest, OthersGoOn) {
    lanes_.push(bea, item("1-0"));
    executor_.refuse_after(0);
    EXPECT_THROW(lanes_.push(ada, item("2-0")), std::bad_alloc);
    EXPECT_THAT(lanes_.held(), ElementsAre("1-0"));
    EXPECT_FALSE(lanes_.idle().is_set());
    run_until_idle();
    EXPECT_THAT(work_.done, ElementsAre(ElementsAre("1-0")));
}

// The entries are to go on one by one, and the first of those lanes, or the second, cannot be begun.
TEST_F(LanesMemoryTest, WhatCannotBePartedStaysTogetherAndNothingIsLost) {
    for (const unsigned begun : {0u, 1u}) {
        work_.done.clear();
        bool is_mended = false;
        unsigned attempts = 0;
        work_.on_process = [&](const Batch& batch) {
            if (is_mended) return;
            is_mended = ++attempts > Lanes::attempts_together && batch.size() > 1;
            if (is_mended) return;
            if (attempts == Lanes::attempts_together) executor_.refuse_after(begun);
            throw std::logic_error("a mistake");
        };
        for (const auto* id : {"1-0", "2-0", "3-0"}) lanes_.push(ada, item(id));
        run_until_idle();
        std::vector<std::string> done;
        for (const auto& batch : work_.done) done.insert(done.end(), batch.begin(), batch.end());
        EXPECT_THAT(done, UnorderedElementsAre("1-0", "2-0", "3-0"));
        EXPECT_THAT(work_.done, testing::Contains(testing::SizeIs(3 - begun))) << "together";
        EXPECT_THAT(lanes_.held(), IsEmpty());
        EXPECT_TRUE(troubles.reports().empty());
    }
}

}  // namespace lanes_memory_test
