// What is asked of Calendly's API, and how often.
#include <algorithm>

#include "e2e/path/fixture.hpp"

namespace e2e {
namespace path_links_test {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string ann = "ann@example.org";

class PathLinks : public PathTest {
protected:
    std::ptrdiff_t asked(const std::string& beginning) {
        const auto calls = sandbox().calls("calendly");
        return std::ranges::count_if(calls, [&](const auto& call) { return call.starts_with(beginning); });
    }

    // Five people at one event, whose deliveries wait for an agent.
    void book_a_workshop() {
        for (int i = 0; i < 5; ++i)
            sandbox().book({{"email", "guest" + std::to_string(i) + "@example.org"},
                            {"event_type", "GROUPWORKSHOP003"},
                            {"start_time", "2030-05-06T07:00:00Z"}});
        harness::wait_until([&] { return system_->backlog() == 5; }, "all should be stored");
    }
};

TEST_F(PathLinks, TheEventOfAGroupIsAskedForOnceByThoseWhoWait) {
    lay();
    book_a_workshop();
    system_->start_agent();
    settle();
    EXPECT_EQ(sandbox().contact_count(), 5u);
    EXPECT_EQ(asked("GET /scheduled_events/"), 1);
    EXPECT_EQ(asked("GET /event_types/"), 1);
}

TEST_F(PathLinks, AnAnswerOlderThanTheDeliveryIsNotUsed) {
    start();
    for (int i = 0; i < 2; ++i) {
        sandbox().book({{"email", "guest" + std::to_string(i) + "@example.org"},
                        {"event_type", "GROUPWORKSHOP003"},
                        {"start_time", "2030-05-06T07:00:00Z"}});
        settle();
    }
    EXPECT_EQ(asked("GET /scheduled_events/"), 2);
    EXPECT_EQ(asked("GET /event_types/"), 1) << "names serve for an hour";
}

TEST_F(PathLinks, ARepetitionAsksForNothing) {
    start();
    sandbox().book({{"email", ann}});
    settle();
    const auto body = json::serialize(sandbox().journal("webhooks").at(0).at("body"));
    const auto end = sandbox().journal_end();
    ASSERT_EQ(system_->post(body), 200u);
    settle();
    EXPECT_THAT(sandbox().calls("calendly", end), IsEmpty());
    EXPECT_THAT(sandbox().calls("brevo", end), IsEmpty());
}

// The cancellation's own delivery is lost; the next one of the same invitee shows it.
TEST_F(PathLinks, ACancellationWhoseDeliveryIsLostIsLearnedFromTheInvitee) {
    start();
    const auto id = sandbox().book({{"email", ann}});
    settle();
    auto body = sandbox().journal("webhooks").at(0).at("body").as_object();
    sandbox().hold();
    sandbox().cancel(id, {{"reason", "Ill"}});
    body["event"] = "invitee_no_show.deleted";
    body.at("payload").as_object()["cancellation"] = {{"canceler_type", "host"},
                                                      {"reason", "as the delivery says"},
                                                      {"created_at", "2026-01-01T00:00:00Z"}};
    ASSERT_EQ(system_->post(json::serialize(body)), 200u);
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked", "calendly_canceled"));
    EXPECT_EQ(text_at(sandbox().events(ann)[1], "/event_properties/cancel_reason"), "Ill");
    EXPECT_EQ(asked("GET /scheduled_events/"), 3) << "the event twice, the invitee once";
    sandbox().release_all();
    settle();
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked", "calendly_canceled"))
        << "its own delivery, late, is a repetition";
}

}  // namespace path_links_test
}  // namespace e2e
