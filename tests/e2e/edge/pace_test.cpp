// A Redis that answers slowly gets its deliveries batch by batch; whoever was held back leaves with the next
// answer.
#include "e2e/edge/fixture.hpp"

namespace e2e {
namespace pace_test {

using harness::Duration;
using harness::HttpClient;
using std::chrono::steady_clock;

TEST_F(EdgeTest, NobodyIsHeldBackLongerThanForTheAnswerBefore) {
    start();
    auto control = redis_->client();
    HttpClient first(nginx_->port()), second(nginx_->port());
    for (int i = 0; i < 30; ++i) {
        control.text({"CLIENT", "PAUSE", "3", "WRITE"});
        EXPECT_EQ(post("slow").status, 200u);
        const auto begin = steady_clock::now();
        first.send(delivery("at once"));
        second.send(delivery("perhaps held back"));
        ASSERT_EQ(first.receive().status, 200u);
        ASSERT_EQ(second.receive().status, 200u) << i;
        ASSERT_LT(steady_clock::now() - begin, Duration(2500)) << "calendly_redis_timeout is 5 s";
    }
    EXPECT_EQ(stored(), 90u);
}

}  // namespace pace_test
}  // namespace e2e
