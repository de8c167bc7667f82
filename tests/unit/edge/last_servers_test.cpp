#include "ngx_module/redis/last_servers.hpp"

#include <gtest/gtest.h>

namespace edge::redis {
namespace last_servers_test {

TEST(EdgeLastServers, RemembersOneServerASet) {
    LastServers last;
    EXPECT_EQ(last.of(7), 0u);
    last.remember(7, 1);
    last.remember(8, 2);
    last.remember(7, 3);
    EXPECT_EQ(last.of(7), 3u);
    EXPECT_EQ(last.of(8), 2u);
    EXPECT_EQ(last.of(9), 0u);
}

TEST(EdgeLastServers, ForgetsNobodyWhenItIsFull) {
    LastServers last;
    for (std::uint64_t set = 1; set <= LastServers::max_sets + 5; ++set) last.remember(set, set * 10);
    EXPECT_EQ(last.of(1), 10u);
    EXPECT_EQ(last.of(LastServers::max_sets), LastServers::max_sets * 10);
    EXPECT_EQ(last.of(LastServers::max_sets + 1), 0u);
    last.remember(LastServers::max_sets, 1);
    EXPECT_EQ(last.of(LastServers::max_sets), 1u);
}

}  // namespace last_servers_test
}  // namespace edge::redis
