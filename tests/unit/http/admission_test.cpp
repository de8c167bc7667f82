// Which connections a server keeps.
#include "http/admission.hpp"

#include <gtest/gtest.h>

namespace admission_test {

using http::admit;
using http::Place;
using Time = std::chrono::steady_clock::time_point;

constexpr http::ConnectionLimits limits{.in_all = 4, .of_a_peer = 2};

Place waiting(std::string peer, int since) {
    return {std::move(peer), Time(std::chrono::seconds(since)), true};
}

Place answered(std::string peer) {
    return {std::move(peer), Time(), false};
}

TEST(Admission, WhoeverIsNotTooManyIsAdmitted) {
    const auto admission = admit({waiting("a", 1), waiting("b", 2)}, "a", limits);
    EXPECT_TRUE(admission.is_admitted);
    EXPECT_FALSE(admission.gives_way);
}

TEST(Admission, WithoutALimitEverybodyIsAdmitted) {
    const std::vector<Place> many(1000, waiting("a", 1));
    EXPECT_TRUE(admit(many, "a", {}).is_admitted);
    EXPECT_FALSE(admit(many, "a", {}).gives_way);
}

TEST(Admission, OfAPeersConnectionsTheOneThatHasWaitedLongestGivesWay) {
    const auto admission = admit({waiting("b", 0), waiting("a", 2), waiting("a", 1)}, "a", limits);
    EXPECT_TRUE(admission.is_admitted);
    EXPECT_EQ(admission.gives_way, 2u);
}

TEST(Admission, OfAllConnectionsOneOfThePeerWithMostGivesWay) {
    const std::vector<Place> taken = {waiting("a", 0), waiting("b", 2), waiting("b", 1), waiting("c", 0)};
    const auto admission = admit(taken, "d", limits);
    EXPECT_TRUE(admission.is_admitted);
    EXPECT_EQ(admission.gives_way, 2u);
}

TEST(Admission, AConnectionThatIsBeingAnsweredKeepsItsPlace) {
    EXPECT_EQ(admit({answered("a"), waiting("a", 5)}, "a", limits).gives_way, 1u);
    const auto admission = admit({answered("a"), answered("a")}, "a", limits);
    EXPECT_FALSE(admission.is_admitted);
    EXPECT_FALSE(admission.gives_way);
    EXPECT_FALSE(admit(std::vector<Place>(4, answered("a")), "b", limits).is_admitted);
}

TEST(Admission, ANetworkOfIpv6IsOnePeer) {
    const auto peer = [](const char* text) { return http::peer_of(boost::asio::ip::make_address(text)); };
    EXPECT_EQ(peer("2001:db8:1:2::3"), peer("2001:db8:1:2:ffff::4"));
    EXPECT_NE(peer("2001:db8:1:2::3"), peer("2001:db8:1:3::3"));
    EXPECT_EQ(peer("::ffff:10.0.0.1"), peer("10.0.0.1"));
    EXPECT_NE(peer("10.0.0.1"), peer("10.0.0.2"));
}

}  // namespace admission_test
