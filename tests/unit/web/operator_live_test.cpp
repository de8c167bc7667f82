// Sessions of the operators' page, and how far its live feed has told.
#include <gtest/gtest.h>

#include "web/live_feed.hpp"
#include "web/sessions.hpp"

namespace operator_live_test {

TEST(OperatorSessions, AreBoundedAndEnd) {
    web::Sessions sessions;
    const web::Sessions::Time begin{};
    const auto first = sessions.begin(begin);
    EXPECT_TRUE(sessions.touch(first, begin + std::chrono::hours(11)));
    EXPECT_TRUE(sessions.touch(first, begin + std::chrono::hours(22))) << "12 hours after its last call";
    EXPECT_FALSE(sessions.touch(first, begin + std::chrono::hours(35)));
    const auto old = sessions.begin(begin + std::chrono::hours(40));
    std::string last;
    for (std::size_t i = 0; i < web::Sessions::most; ++i)
        last = sessions.begin(begin + std::chrono::hours(41));
    EXPECT_FALSE(sessions.touch(old, begin + std::chrono::hours(41))) << "gave way";
    EXPECT_TRUE(sessions.touch(last, begin + std::chrono::hours(41)));
}

TEST(OperatorLive, APlaceIsReadBack) {
    const web::LivePlace place{{"sales", "5-1"}, {"support", "0-0"}};
    EXPECT_EQ(web::to_text(place), "sales:5-1,support:0-0");
    EXPECT_EQ(web::parse_live_place(web::to_text(place)), place);
    for (const auto* bad : {"", "5-1", "sales:", "sales:x", "sales:5-1,,", ",", "sales:5-1;support:1-1"})
        EXPECT_FALSE(web::parse_live_place(bad)) << bad;
}

}  // namespace operator_live_test
