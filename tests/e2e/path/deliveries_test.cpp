// Deliveries that nobody can read, or that lack something: nothing is lost, nothing is silent.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace path_deliveries_test {

using testing::HasSubstr;
using testing::IsEmpty;

const std::string ann = "ann@example.org";

class PathDeliveries : public PathTest {
protected:
    // A delivery as the sandbox sent it, to be changed and posted again.
    json::object delivered(const json::object& booking) {
        sandbox().hold();
        sandbox().book(booking);
        sandbox().fault("webhooks", {}, {{"status", 200}});  // nginx never sees it
        sandbox().release_all();
        harness::wait_until([&] { return !sandbox().has_pending_deliveries(); }, "it should be delivered");
        return sandbox().journal("webhooks").back().at("body").as_object();
    }

    void expect_dead(const std::string& body, const std::string& reason) {
        ASSERT_EQ(system_->post(body), 200u);
        settle();
        EXPECT_EQ(system_->dead(), ++dead_);
        const auto letter = system_->dead_letter();
        EXPECT_EQ(letter.at("body"), body);
        EXPECT_THAT(letter.at("reason"), HasSubstr(reason));
        EXPECT_THAT(letter.at("origin_id"), HasSubstr("-"));
        EXPECT_NE(letter.at("failed_ms"), "");
        EXPECT_NE(letter.at("t"), "");
        EXPECT_NE(letter.at("received_ms"), "");
        EXPECT_EQ(letter.at("key"), "0");
    }

private:
    std::int64_t dead_ = 0;
};

TEST_F(PathDeliveries, BodiesThatCannotBeReadAreDeadLettersThatNameThePlace) {
    expect_error("goes to the dead letters");
    start();
    expect_dead("not JSON at all", "JSON");
    expect_dead("", "JSON");
    expect_dead("[1, 2]", "object");
    expect_dead(R"({"created_at": "2026-01-01T00:00:00Z", "payload": {}})", "event");
    expect_dead(R"({"event": "invitee.created", "created_at": "2026-01-01T00:00:00Z", "payload": {}})",
                "payload.uri");
    auto delivery = delivered({{"email", ann}});
    delivery["payload"].as_object()["email"] = 7;
    expect_dead(json::serialize(delivery), "payload.email");
    delivery["payload"].as_object()["email"] = " ";
    expect_dead(json::serialize(delivery), "payload.email");
    delivery["payload"].as_object()["email"] = ann;
    delivery["payload"].as_object()["created_at"] = "yesterday";
    expect_dead(json::serialize(delivery), "payload.created_at");
    EXPECT_EQ(system_->pending(), 0);
    EXPECT_EQ(sandbox().contact_count(), 0u);
}

TEST_F(PathDeliveries, LinksToOtherHostsAreNotFollowed) {
    expect_error("goes to the dead letters");
    start();
    auto delivery = delivered({{"email", ann}});
    delivery["payload"].as_object()["event"] = "https://evil.example/scheduled_events/ABCDEFGHIJKLMNOP";
    expect_dead(json::serialize(delivery), "payload.event");
    EXPECT_THAT(sandbox().calls("calendly"), IsEmpty());
}

TEST_F(PathDeliveries, APayloadWithoutItsEventIsCompletedFromTheLink) {
    start();
    auto delivery =
        delivered({{"email", ann}, {"timezone", "Europe/Oslo"}, {"start_time", "2030-05-06T07:00:00Z"}});
    delivery["payload"].as_object().erase("scheduled_event");
    ASSERT_EQ(system_->post(json::serialize(delivery)), 200u);
    settle();
    EXPECT_EQ(attribute(ann, "MEETING_DATE"), "2030-05-06T09:00:00+02:00");
    EXPECT_EQ(attribute(ann, "CALENDLY_EVENT_TYPE"), "Discovery Call");
    EXPECT_EQ(lists(ann), "[10]");
}

}  // namespace path_deliveries_test
}  // namespace e2e
