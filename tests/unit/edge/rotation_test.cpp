#include "ngx_module/redis/rotation.hpp"

#include <utility>

#include <gmock/gmock.h>

namespace edge::redis {
namespace edge_rotation_test {

using Target = std::pair<std::size_t, std::size_t>;

Target target(const Rotation& rotation) {
    return {rotation.server(), rotation.address()};
}

TEST(EdgeRotation, OneAddressIsAWholeRound) {
    Rotation rotation({1});
    EXPECT_FALSE(rotation.has_alternatives());
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(target(rotation), Target(0, 0));
        EXPECT_TRUE(rotation.fail());
    }
}

TEST(EdgeRotation, TriesEveryAddressOfEveryServerInARound) {
    Rotation rotation({2, 1, 3});
    EXPECT_TRUE(rotation.has_alternatives());
    for (int round = 0; round < 3; ++round) {
        std::vector<Target> tried;
        for (bool whole = false; !whole;) {
            tried.push_back(target(rotation));
            whole = rotation.fail();
        }
        EXPECT_THAT(tried, testing::ElementsAre(Target(0, 0), Target(0, 1), Target(1, 0), Target(2, 0),
                                                Target(2, 1), Target(2, 2)));
    }
}

TEST(EdgeRotation, StaysWhereItServes) {
    Rotation rotation({1, 1, 1});
    rotation.fail();
    rotation.success();
    EXPECT_EQ(rotation.server(), 1u) << "the first one is not tried again as long as the second serves";
    EXPECT_FALSE(rotation.fail());
    EXPECT_FALSE(rotation.fail());
    EXPECT_EQ(rotation.server(), 0u);
    EXPECT_TRUE(rotation.fail()) << "a round begins where it served last";
}

TEST(EdgeRotation, MayBeginAtAnyServer) {
    Rotation rotation({2, 1, 1});
    rotation.begin_at(1);
    EXPECT_EQ(target(rotation), Target(1, 0));
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(rotation.fail());
    EXPECT_EQ(target(rotation), Target(0, 1));
    EXPECT_TRUE(rotation.fail());
}

TEST(EdgeRotation, FollowsANameToItsNewAddresses) {
    Rotation rotation({1, 1});
    rotation.fail();
    rotation.set_addresses(2, 1);
    EXPECT_EQ(target(rotation), Target(1, 1));
    EXPECT_FALSE(rotation.fail());
    EXPECT_EQ(target(rotation), Target(0, 0));
    EXPECT_TRUE(rotation.fail());
}

}  // namespace edge_rotation_test
}  // namespace edge::redis
