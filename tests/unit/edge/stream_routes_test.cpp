#include "ngx_module/store/stream_routes.hpp"

#include <gtest/gtest.h>

namespace edge::store {
namespace stream_routes_test {

TEST(EdgeStreamRoutes, AreThoseThatNodesHaveTold) {
    int first = 0, second = 0;
    StreamRoutes<int> routes;
    EXPECT_EQ(routes.of("a"), nullptr);
    routes.set("a", first);
    routes.set("b", first);
    routes.set("c", second);
    EXPECT_EQ(routes.of("a"), &first);
    EXPECT_EQ(routes.of("d"), nullptr);
    routes.set("a", second);
    EXPECT_EQ(routes.of("a"), &second);
    routes.forget(second);
    EXPECT_EQ(routes.of("a"), nullptr);
    EXPECT_EQ(routes.of("b"), &first) << "of another node";
    routes.forget("b");
    EXPECT_EQ(routes.of("b"), nullptr);
}

}  // namespace stream_routes_test
}  // namespace edge::store
