// No-shows, and no-shows taken back.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace no_show_test {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string ann = "ann@example.org";

class PathNoShow : public PathTest {
protected:
    std::string book() {
        const auto id = sandbox().book({{"email", ann}});
        settle();
        return id;
    }

    void expect(const std::string& status, const std::string& of_lists, const Names& events) {
        EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), status);
        EXPECT_EQ(lists(ann), of_lists);
        EXPECT_EQ(sandbox().event_names(ann), events);
        EXPECT_EQ(system_->pending(), 0);
        EXPECT_EQ(system_->dead(), 0);
    }
};

TEST_F(PathNoShow, JoinsItsListAndStartsItsEvent) {
    start();
    sandbox().mark_no_show(book());
    settle();
    expect("no_show", "[10,21]", {"calendly_booked", "calendly_no_show"});
    EXPECT_THAT(sandbox().calls("calendly"), Contains(StartsWith("GET /invitee_no_shows/")));
    EXPECT_THAT(text_at(sandbox().events(ann)[1], "/event_properties/change_id"),
                HasSubstr("https://api.calendly.com/invitee_no_shows/"));
}

TEST_F(PathNoShow, UndoneLeavesTheListAndSaysSoOnce) {
    start();
    const auto id = book();
    sandbox().mark_no_show(id);
    settle();
    sandbox().hold();
    sandbox().undo_no_show(id);
    sandbox().release_all({{"copies", 3}});
    settle();
    expect("booked", "[10]", {"calendly_booked", "calendly_no_show", "calendly_no_show_undone"});
}

// Then the delivery is the only one that knows.
TEST_F(PathNoShow, UndoneIsUndoneThoughTheApiDoesNotSaySo) {
    start();
    const auto id = book();
    sandbox().mark_no_show(id);
    settle();
    sandbox().fault("calendly", {{"path_prefix", "/invitee_no_shows"}},
                    {{"status", 403},
                     {"body", {{"title", "Permission Denied"}, {"message", "You do not have permission"}}}},
                    -1);
    sandbox().undo_no_show(id);
    settle();
    expect("booked", "[10]", {"calendly_booked", "calendly_no_show", "calendly_no_show_undone"});
}

// Its mark is the last word, though the undoing of the one before it was told with a later time.
TEST_F(PathNoShow, ThatStandsIsOneWhateverTheClocksSay) {
    start();
    const auto id = book();
    sandbox().mark_no_show(id);
    settle();
    sandbox().undo_no_show(id, {{"created_at", "2031-01-01T00:00:30Z"}});
    settle();
    sandbox().mark_no_show(id, {{"created_at", "2031-01-01T00:00:20Z"}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "no_show");
    EXPECT_THAT(sandbox().event_names(ann), Contains("calendly_no_show").Times(2));
}

TEST_F(PathNoShow, UndoneBeforeItIsProcessedNeverWas) {
    start();
    const auto id = book();
    sandbox().hold();
    sandbox().mark_no_show(id);
    sandbox().undo_no_show(id);
    sandbox().release_all();
    settle();
    expect("booked", "[10]", {"calendly_booked"});
}

TEST_F(PathNoShow, UndoneBeforeItIsProcessedNeverWasWhicheverComesFirst) {
    start();
    const auto id = book();
    sandbox().hold();
    sandbox().mark_no_show(id);
    sandbox().undo_no_show(id);
    sandbox().release_all({{"order", "reversed"}});
    settle();
    expect("booked", "[10]", {"calendly_booked"});
}

// Clocks of Calendly's machines may differ: 404 is the proof.
TEST_F(PathNoShow, UndoneIsUndoneWhateverTheClocksSay) {
    start();
    const auto id = book();
    sandbox().hold();
    sandbox().mark_no_show(id, {{"created_at", "2031-01-01T00:00:30Z"}});
    sandbox().undo_no_show(id, {{"created_at", "2031-01-01T00:00:00Z"}});
    sandbox().release_all();
    settle();
    expect("booked", "[10]", {"calendly_booked"});
}

TEST_F(PathNoShow, MarkedAgainAfterItWasUndone) {
    start();
    const auto id = book();
    sandbox().mark_no_show(id);
    settle();
    sandbox().undo_no_show(id);
    settle();
    sandbox().mark_no_show(id);
    settle();
    expect("no_show", "[10,21]",
           {"calendly_booked", "calendly_no_show", "calendly_no_show_undone", "calendly_no_show"});
}

TEST_F(PathNoShow, ALateUndoingOfTheFirstDoesNotUndoTheSecond) {
    start();
    const auto id = book();
    sandbox().mark_no_show(id);
    settle();
    sandbox().hold();
    sandbox().undo_no_show(id);
    sandbox().mark_no_show(id);
    const auto deliveries = sandbox().held();
    sandbox().release({deliveries[1]});
    settle();
    sandbox().release({deliveries[0]});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "no_show");
    EXPECT_EQ(lists(ann), "[10,21]");
}

TEST_F(PathNoShow, ThatIsOffSendsNothing) {
    start(with({{"sync", "{no_shows: false}"}}));
    const auto id = book();
    const auto before = sandbox().journal_end();
    sandbox().mark_no_show(id);
    settle();
    sandbox().undo_no_show(id);
    settle();
    EXPECT_THAT(sandbox().calls("brevo", before), IsEmpty());
    expect("booked", "[10]", {"calendly_booked"});
}

TEST_F(PathNoShow, ThenCanceledIsFinal) {
    start();
    const auto id = book();
    sandbox().mark_no_show(id);
    settle();
    sandbox().undo_no_show(id);
    sandbox().cancel(id);
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(lists(ann), "[20]");
    EXPECT_THAT(sandbox().event_names(ann), Contains("calendly_canceled").Times(1));
}

TEST_F(PathNoShow, WithALaterBookingDescribesThatOne) {
    start();
    const auto id = book();
    sandbox().book(
        {{"email", ann}, {"event_type", "PRODUCTDEMO00002"}, {"start_time", "2040-05-07T07:00:00Z"}});
    settle();
    sandbox().mark_no_show(id);
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(attribute(ann, "CALENDLY_EVENT_TYPE"), "Product Demo");
    EXPECT_EQ(lists(ann), "[10,11]");
    EXPECT_EQ(text_at(sandbox().events(ann).back(), "/event_properties/other_active_booking"), "true");
}

}  // namespace no_show_test
}  // namespace e2e
