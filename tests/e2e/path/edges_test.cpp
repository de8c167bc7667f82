// Several nginx before one Redis.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace edges_test {

using testing::ElementsAre;

class PathEdges : public PathTest {
protected:
    // What Calendly would send, in the order in which it happened.
    std::vector<std::string> take_held() {
        std::vector<std::string> bodies;
        for (const auto& [id, body] : sandbox().held_bodies()) bodies.push_back(body);
        return bodies;
    }
};

TEST_F(PathEdges, OnePersonsWebhooksComeThroughTwoOfThem) {
    lay();
    auto& second = system_->start_second_nginx();
    sandbox().hold();
    const auto id = sandbox().book({{"email", "ann@example.org"}});
    sandbox().cancel(id);
    sandbox().book({{"email", "bea@example.org"}});
    const auto bodies = take_held();
    ASSERT_EQ(bodies.size(), 3u);
    EXPECT_EQ(system_->post_to(second, bodies[1]), 200u) << "the cancellation is faster";
    EXPECT_EQ(system_->post(bodies[0]), 200u);
    EXPECT_EQ(system_->post_to(second, bodies[2]), 200u);
    EXPECT_EQ(system_->post(bodies[2]), 200u) << "Calendly repeats it at another address";
    EXPECT_EQ(system_->backlog(), 4);
    system_->start_agent();
    settle();
    EXPECT_EQ(attribute("ann@example.org", "BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(attribute("bea@example.org", "BOOKING_STATUS"), "booked");
    EXPECT_THAT(sandbox().event_names("bea@example.org"), ElementsAre("calendly_booked"));
    EXPECT_EQ(system_->dead(), 0);
}

TEST_F(PathEdges, OneThatEndsLeavesTheOther) {
    start();
    auto& second = system_->start_second_nginx();
    sandbox().hold();
    for (const auto* person : {"ann@example.org", "bea@example.org"}) sandbox().book({{"email", person}});
    const auto bodies = take_held();
    ASSERT_EQ(system_->post_to(second, bodies.at(0)), 200u);
    EXPECT_EQ(second.quit(), 0);
    EXPECT_EQ(system_->post(bodies.at(1)), 200u);
    settle();
    EXPECT_EQ(sandbox().contact_count(), 2u);
}

}  // namespace edges_test
}  // namespace e2e
