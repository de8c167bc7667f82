// A delivery's links are followed by asking Calendly what the trail wants to know. The rules:
// rules/trail_test.cpp.
#include "sync/links.hpp"
#include "unit/rules/support.hpp"
#include "unit/sync/lookup_fixture.hpp"

namespace sync_links_test {

using rules::FollowLinks;
using rules_support::at;
using testing::ElementsAre;
using testing::IsEmpty;

const rules_support::Story meeting{"1", at("09:00:00"), at("15:00:00")};
const std::string event_path = "/scheduled_events/E1";
const std::string type_path = "/event_types/demo";

calendly::Delivery created() {
    calendly::Delivery delivery;
    delivery.kind = calendly::DeliveryKind::invitee_created;
    delivery.created_at = at("09:00:01");
    delivery.invitee = meeting.base().invitee;
    return delivery;
}

class Links : public sync_support::LookupTest {
protected:
    api::Answer<rules::Sightings> follow(const calendly::Delivery& delivery,
                                         FollowLinks mode = FollowLinks::always,
                                         bool is_read_from_api = false) {
        syncing::Links links(lookup_, mode, calendly_.origin());
        const rules::Ledger ledger;
        steps_.clear();
        return result_of(links.follow(delivery, std::chrono::system_clock::now(), is_read_from_api, ledger, steps_));
    }

    rules::Steps steps_;  // of the last time
};

TEST_F(Links, TellWhatCalendlyAnswered) {
    calendly_.events[event_path] = meeting.base().event;
    calendly_.event_types[type_path].name = "Demo";
    const auto told = follow(created());
    ASSERT_TRUE(told);
    ASSERT_EQ(told->size(), 1u);
    EXPECT_EQ(told->front().event.name, "Meeting 1");
    EXPECT_EQ(told->front().event_type_name, "Demo");
    EXPECT_THAT(calendly_.calls, ElementsAre(event_path, type_path));
    EXPECT_THAT(counters_.fallbacks, IsEmpty());
}

TEST_F(Links, ThatCalendlyRefusesFailOnlyWhereNothingServesInstead) {
    calendly_.fail_next(event_path, 403);
    const auto lost = follow(created());
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().status, 403u);
    EXPECT_EQ(lost.error().reason, "Calendly answered 403 to GET /scheduled_events/E1");

    auto with_copy = created();
    with_copy.scheduled_event = meeting.base().event;
    calendly_.fail_next(event_path, 403);
    EXPECT_TRUE(follow(with_copy));
    EXPECT_EQ(counted(Fallback::event_copy), 1u);
}

TEST_F(Links, ThatLeadElsewhereAreAFinalFailureThatSaysSo) {
    auto hostile = created();
    hostile.invitee->event = "https://evil.example/scheduled_events/E1";
    const auto lost = follow(hostile);
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().remedy, api::Remedy::give_up);
    EXPECT_EQ(lost.error().reason, "payload.event: not the URI of a scheduled event of Calendly's API");
    EXPECT_THAT(calendly_.calls, IsEmpty());
}

TEST_F(Links, ThatAreNotToBeFollowedAreAskedForOnlyWhereTheDeliveryLacksThem) {
    auto with_copy = created();
    with_copy.scheduled_event = meeting.base().event;
    EXPECT_TRUE(follow(with_copy, FollowLinks::missing));
    EXPECT_THAT(calendly_.calls, ElementsAre(type_path));
}

// Whichever stream it came back through: a dead letter of a back-fill that is replayed, too.
TEST_F(Links, OfWhatAProducerReadFromTheApiAreNotFollowedAgain) {
    auto with_copy = created();
    with_copy.scheduled_event = meeting.base().event;
    EXPECT_TRUE(follow(with_copy, FollowLinks::always, true));
    EXPECT_THAT(calendly_.calls, testing::Not(testing::Contains(event_path)));
}

TEST_F(Links, OfADeliveryWhileTheAgentStopsEndInAnInterruption) {
    calendly_.fail_next(event_path, 503, api::Remedy::retry);
    calendly_.on_call = [this](const std::string&) { interruption_.request(); };
    EXPECT_THROW(follow(created()), net::Interrupted);
}

}  // namespace sync_links_test
