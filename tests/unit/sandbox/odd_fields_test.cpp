// Odd fields are only where nothing is said of who booked what and when.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "sandbox/odd_fields.hpp"

namespace odd_fields_test {

namespace json = boost::json;

const std::string body =
    R"({"event":"invitee.created","created_at":"2026-10-12T09:00:00Z","payload":{)"
    R"("uri":"u","email":"ada@example.com","name":"Ada","tracking":{"utm_source":"site"},)"
    R"("questions_and_answers":[{"question":"Company","answer":"A"}],)"
    R"("scheduled_event":{"uri":"e","name":"Demo"}}})";

TEST(OddFields, LeaveTheRestAsItWas) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const auto odd = sandbox::with_odd_fields(body, seed);
        EXPECT_NE(odd, body);
        for (const auto* rest : {R"("uri":"u")", R"("email":"ada@example.com")", R"("utm_source":"site")",
                                 R"({"question":"Company","answer":"A"})", R"("name":"Demo")",
                                 R"("created_at":"2026-10-12T09:00:00Z")"})
            EXPECT_NE(odd.find(rest), odd.npos) << odd;
        EXPECT_EQ(odd.find("ODD-"), odd.npos) << odd;
    }
}

TEST(OddFields, ASeedMeansTheSameEverywhere) {
    EXPECT_EQ(sandbox::with_odd_fields(body, 7), sandbox::with_odd_fields(body, 7));
    EXPECT_NE(sandbox::with_odd_fields(body, 7), sandbox::with_odd_fields(body, 8));
}

}  // namespace odd_fields_test
