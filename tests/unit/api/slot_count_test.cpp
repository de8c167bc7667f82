// How much of a rate limit was used within about a minute.
#include <gtest/gtest.h>

#include "api/histogram.hpp"
#include "api/slot_count.hpp"
#include "api/traffic.hpp"

namespace slot_count_test {

using namespace std::chrono_literals;
using api::SlotCount;

const SlotCount::Time begin{1000s};

// As many slots as there are, from `begin` for `length`.
void use_all(SlotCount& count, std::chrono::seconds length, std::chrono::milliseconds interval) {
    for (auto now = begin; now < begin + length; now += interval) count.note(now, interval);
}

TEST(SlotCount, IsOneWhenEverySlotIsUsed) {
    SlotCount count;
    use_all(count, 120s, 100ms);
    EXPECT_NEAR(count.ratio(begin + 120s, 100ms), 1, 0.02);
}

TEST(SlotCount, IsAHalfWhenEverySecondOneIs) {
    SlotCount count;
    for (auto now = begin; now < begin + 120s; now += 200ms) count.note(now, 100ms);
    EXPECT_NEAR(count.ratio(begin + 120s, 100ms), 0.5, 0.02);
}

TEST(SlotCount, ForgetsWhatIsLongerAgoThanAMinute) {
    SlotCount count;
    use_all(count, 60s, 100ms);
    EXPECT_GT(count.ratio(begin + 90s, 100ms), 0.3);
    EXPECT_EQ(count.ratio(begin + 125s, 100ms), 0);
}

TEST(SlotCount, LooksBackFurtherWhereSlotsAreRare) {
    SlotCount count;
    use_all(count, 7200s, 36'000ms);  // 100 an hour
    EXPECT_NEAR(count.ratio(begin + 7200s, 36s), 1, 0.1);
}

TEST(SlotCount, IsZeroWithoutALimitAndAtTheStart) {
    SlotCount count;
    EXPECT_EQ(count.ratio(begin, 100ms), 0);
    count.note(begin, 100ms);
    EXPECT_EQ(count.ratio(begin, 0ms), 0);
}

TEST(Histogram, PutsAValueIntoTheFirstBucketThatReachesIt) {
    static constexpr std::array<double, 2> bounds = {1, 5};
    api::Histogram histogram(bounds), other(bounds);
    for (const double value : {0.0, 1.0, 1.5, 9.0}) histogram.observe(value);
    other.observe(2);
    histogram.add(other);
    EXPECT_EQ(histogram.counts(), (std::vector<std::uint64_t>{2, 2, 1}));
    EXPECT_EQ(histogram.sum(), 13.5);
}

TEST(Traffic, CountsTheUsualAnswersFromZeroOn) {
    const api::Traffic traffic;
    for (const auto& facts : api::all_operations) {
        const auto& statuses = traffic.of(facts.operation).statuses;
        for (const unsigned status : {0u, facts.success, 401u, 404u, 429u, 500u, 503u}) {
            ASSERT_TRUE(statuses.contains(status)) << status;
            EXPECT_EQ(statuses.at(status), 0u);
        }
    }
}

}  // namespace slot_count_test
