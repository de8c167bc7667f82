// A reschedule is a canceled and a created delivery, in either order: one event, and never a cancellation.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace reschedule_test {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string ann = "ann@example.org", bea = "bea@example.org";
const std::string new_date = "2030-05-07T09:00:00+02:00";

class PathReschedule : public PathTest {
protected:
    // Ann's booking, as Brevo has it.
    std::string book() {
        const auto id = sandbox().book(
            {{"email", ann}, {"timezone", "Europe/Oslo"}, {"start_time", "2030-05-06T07:00:00Z"}});
        settle();
        return id;
    }

    void expect_rescheduled() {
        EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
        EXPECT_EQ(attribute(ann, "MEETING_DATE"), new_date);
        EXPECT_EQ(lists(ann), "[10]");
        EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked", "calendly_rescheduled"));
        EXPECT_EQ(text_at(sandbox().events(ann).back(), "/event_properties/start_time"), new_date);
    }
};

class PathRescheduleOrder : public PathReschedule, public testing::WithParamInterface<const char*> {};

TEST_P(PathRescheduleOrder, InOneGo) {
    start();
    sandbox().reschedule(book(), {{"start_time", "2030-05-07T07:00:00Z"}, {"order", GetParam()}});
    settle();
    expect_rescheduled();
}

TEST_P(PathRescheduleOrder, WithTheHalvesFarApart) {
    start();
    const auto id = book();
    sandbox().hold();
    sandbox().reschedule(id, {{"start_time", "2030-05-07T07:00:00Z"}, {"order", GetParam()}});
    const auto halves = sandbox().held();
    ASSERT_EQ(halves.size(), 2u);
    sandbox().release({halves[0]});
    settle();
    expect_rescheduled();
    sandbox().release({halves[1]});
    settle();
    expect_rescheduled();
}

TEST_P(PathRescheduleOrder, WaitingTogetherWithTheirBooking) {
    lay();
    const auto id =
        sandbox().book({{"email", ann}, {"timezone", "Europe/Oslo"}, {"start_time", "2030-05-06T07:00:00Z"}});
    sandbox().reschedule(id, {{"start_time", "2030-05-07T07:00:00Z"}, {"order", GetParam()}});
    system_->start_agent();
    settle();
    expect_rescheduled();
    EXPECT_THAT(sandbox().calls("brevo"), Contains("POST /contacts").Times(1))
        << "several waiting entries of one person become one upsert";
}

INSTANTIATE_TEST_SUITE_P(Each, PathRescheduleOrder, testing::Values("canceled_first", "created_first"),
                         [](const auto& test) { return std::string(test.param); });

TEST_F(PathReschedule, WhoseNewHalfNeverComesIsFoundAtCalendly) {
    start();
    const auto id = book();
    sandbox().hold();
    const auto next = sandbox().reschedule(id, {{"start_time", "2030-05-07T07:00:00Z"}});
    sandbox().release({sandbox().held().at(0)});
    settle();
    expect_rescheduled();
    EXPECT_THAT(sandbox().calls("calendly"), Contains(testing::EndsWith("/invitees/" + next)));
}

TEST_F(PathReschedule, StartsNoSecondEventWhenEverythingComesAgain) {
    start();
    const auto id = book();
    sandbox().reschedule(id, {{"start_time", "2030-05-07T07:00:00Z"}});
    settle();
    for (const auto& delivery : sandbox().journal("webhooks")) {
        ASSERT_EQ(system_->post(json::serialize(delivery.at("body"))), 200u);
        settle();
    }
    expect_rescheduled();
}

TEST_F(PathReschedule, ThenCanceledIsACancellation) {
    start();
    const auto next = sandbox().reschedule(book(), {{"start_time", "2030-05-07T07:00:00Z"}});
    settle();
    sandbox().cancel(next);
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(lists(ann), "[20]");
    EXPECT_THAT(sandbox().event_names(ann),
                ElementsAre("calendly_booked", "calendly_rescheduled", "calendly_canceled"));
}

TEST_F(PathReschedule, TwiceEndsAtTheLastDate) {
    start();
    const auto second = sandbox().reschedule(book(), {{"start_time", "2030-05-08T07:00:00Z"}});
    sandbox().reschedule(second, {{"start_time", "2030-05-07T07:00:00Z"}});
    settle();
    EXPECT_EQ(attribute(ann, "MEETING_DATE"), new_date);
    EXPECT_EQ(lists(ann), "[10]");
    EXPECT_THAT(sandbox().event_names(ann), Contains("calendly_canceled").Times(0));
}

// With cancellations off a reschedule still is one.
TEST_F(PathReschedule, IsSyncedWithCancellationsOff) {
    start(with({{"sync", "{cancellations: false}"}}));
    sandbox().reschedule(book(), {{"start_time", "2030-05-07T07:00:00Z"}});
    settle();
    expect_rescheduled();
}

TEST_P(PathRescheduleOrder, ToAnotherPersonLeavesTheFirstOneCancelledWithoutAnEvent) {
    start();
    sandbox().reschedule(book(),
                         {{"start_time", "2030-05-07T07:00:00Z"}, {"email", bea}, {"order", GetParam()}});
    settle();
    EXPECT_EQ(attribute(bea, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(attribute(bea, "MEETING_DATE"), new_date);
    EXPECT_EQ(lists(bea), "[10]");
    EXPECT_THAT(sandbox().event_names(bea), ElementsAre("calendly_rescheduled"));
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(lists(ann), "[]") << "neither the mapped list nor the re-engagement list";
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
}

// Either half tells of both bookings: both people are worked on.
TEST_P(PathRescheduleOrder, ToAnotherPersonIsKnownFromEitherHalf) {
    start();
    const auto id = book();
    sandbox().hold();
    sandbox().reschedule(id, {{"start_time", "2030-05-07T07:00:00Z"}, {"email", bea}, {"order", GetParam()}});
    sandbox().release({sandbox().held().at(0)});
    settle();
    EXPECT_EQ(attribute(bea, "BOOKING_STATUS"), "booked");
    EXPECT_THAT(sandbox().event_names(bea), ElementsAre("calendly_rescheduled"));
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(lists(ann), "[]");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
}

TEST_F(PathReschedule, ACancelOfTheOldInviteeThatComesLateChangesNothing) {
    start();
    const auto id = book();
    sandbox().hold();
    sandbox().reschedule(id, {{"start_time", "2030-05-07T07:00:00Z"}, {"order", "created_first"}});
    const auto halves = sandbox().held();
    sandbox().release({halves[0]});
    settle();
    const auto before = sandbox().contact(ann).value().at("attributes");
    sandbox().release({halves[1]});
    settle();
    EXPECT_EQ(sandbox().contact(ann).value().at("attributes"), before);
    expect_rescheduled();
}

}  // namespace reschedule_test
}  // namespace e2e
