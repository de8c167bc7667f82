// The contact is a function of the person's bookings alone; and what other events do.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace path_contact_test {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::string ann = "ann@example.org", bea = "bea@example.org";
const std::string may = "2030-05-06T09:00:00+02:00", june = "2030-06-06T09:00:00+02:00";

class PathContact : public PathTest {
protected:
    std::string book(const std::string& start, const std::string& created_at,
                     const std::string& company = "") {
        json::object booking{{"email", ann}, {"timezone", "Europe/Oslo"}, {"start_time", start}};
        if (!created_at.empty()) booking["created_at"] = created_at;
        if (!company.empty()) booking["questions_and_answers"] = {{"Company", company}};
        return sandbox().book(std::move(booking));
    }

    static constexpr const char* in_may = "2030-05-06T07:00:00Z";
    static constexpr const char* in_june = "2030-06-06T07:00:00Z";
};

TEST_F(PathContact, OfAnOlderBookingThatComesLateStaysTheNewerOnes) {
    start();
    sandbox().hold();
    book(in_june, "2026-05-01T08:00:00.000001Z", "Old & Sons");
    book(in_may, "2026-05-01T08:00:00.000002Z", "New & Daughters");
    const auto deliveries = sandbox().held();
    sandbox().release({deliveries[1]});
    settle();
    sandbox().release({deliveries[0]});
    settle();
    EXPECT_EQ(attribute(ann, "MEETING_DATE"), may);
    EXPECT_EQ(attribute(ann, "COMPANY"), "New & Daughters");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked", "calendly_booked"));
}

TEST_F(PathContact, OfTwoBookingsOfOneMomentIsTheLaterOnes) {
    start();
    book(in_june, "2026-05-01T08:00:00.000001Z");
    book(in_may, "2026-05-01T08:00:00.000001Z");
    settle();
    EXPECT_EQ(attribute(ann, "MEETING_DATE"), june);
}

TEST_F(PathContact, OfThreeBookingsWithTheLastOneCanceledIsTheSoonestOnes) {
    start();
    book(in_june, "2026-05-01T08:00:00Z");
    book(in_may, "2026-05-02T08:00:00Z");
    book("2026-05-02T09:00:00Z", "2026-05-01T09:00:00Z");  // over when the other is canceled
    sandbox().cancel(book("2030-04-06T07:00:00Z", "2026-05-03T08:00:00Z"),
                     {{"created_at", "2026-05-04T08:00:00Z"}});
    settle();
    EXPECT_EQ(attribute(ann, "MEETING_DATE"), may);
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
}

TEST_F(PathContact, WhoseOtherBookingIsOverIsCancelled) {
    start();
    book("2026-05-02T07:00:00Z", "2026-05-01T08:00:00Z");
    sandbox().cancel(book(in_may, "2026-05-02T08:00:00Z"), {{"created_at", "2026-05-04T08:00:00Z"}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(attribute(ann, "MEETING_DATE"), may);
    EXPECT_EQ(lists(ann), "[10,20]") << "the mapped list is of the booking that took place";
    EXPECT_EQ(text_at(sandbox().events(ann).back(), "/event_properties/other_active_booking"), "false");
}

TEST_F(PathContact, IsOneForEverySpellingOfTheAddress) {
    start();
    sandbox().book({{"email", "ANN@Example.ORG"}});
    sandbox().cancel(sandbox().book({{"email", " Ann@example.org"}, {"event_type", "PRODUCTDEMO00002"}}));
    settle();
    EXPECT_EQ(sandbox().contact_count(), 1u);
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(lists(ann), "[10]");
}

TEST_F(PathContact, OfAGroupEventIsItsOwn) {
    start();
    const json::object workshop{{"event_type", "GROUPWORKSHOP003"}, {"start_time", in_may}};
    auto of_ann = workshop, of_bea = workshop;
    of_ann["email"] = ann;
    of_bea["email"] = bea;
    const auto id = sandbox().book(of_ann);
    sandbox().book(of_bea);
    sandbox().cancel(id);
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(attribute(bea, "BOOKING_STATUS"), "booked");
    EXPECT_THAT(sandbox().event_names(bea), ElementsAre("calendly_booked"));
    EXPECT_EQ(text_at(sandbox().events(ann)[0], "/event_properties/event_uri"),
              text_at(sandbox().events(bea)[0], "/event_properties/event_uri"));
}

TEST_F(PathContact, IsNotTouchedByOtherEvents) {
    start();
    for (const std::string event : {"contact.created", "meeting_recap.updated", "something.new"})
        sandbox().deliver(json::object{
            {"event", event}, {"created_at", "2026-05-01T08:00:00Z"}, {"payload", {{"email", ann}}}});
    settle();
    EXPECT_EQ(sandbox().contact_count(), 0u);
    EXPECT_EQ(system_->dead(), 0);
    EXPECT_THAT(agent().metrics(),
                HasSubstr(R"(calendly_agent_entries_total{connector="calendly",outcome="ignored"} 3)"));
}

TEST_F(PathContact, HasTheEventTypesNewNameAfterItChanged) {
    start();
    const std::string type = "/event_types/DISCOVERYCALL001";
    book(in_may, "");
    settle();
    book(in_june, "");
    settle();
    EXPECT_THAT(sandbox().calls("calendly"), Contains("GET " + type).Times(1)) << "a short cache";
    sandbox().deliver(json::object{{"event", "event_type.updated"},
                                   {"created_at", "2026-05-01T08:00:00Z"},
                                   {"payload", {{"uri", "https://api.calendly.com" + type}}}});
    settle();
    book("2030-07-06T07:00:00Z", "");
    settle();
    EXPECT_THAT(sandbox().calls("calendly"), Contains("GET " + type).Times(2));
}

// Invitees write what they like.
TEST_F(PathContact, TakesHostileTextAsText) {
    start();
    const std::string name = "Robert'); DROP TABLE <b>\"x\"</b> ${HOME} \\ \xE2\x80\xAE \xF0\x9F\x9A\x80";
    const std::string company(3000, 'x');
    sandbox().book({{"email", "o'hara+tag/%2e@example.org"},
                    {"name", name},
                    {"questions_and_answers", {{"Company", company}}}});
    settle();
    sandbox().cancel(sandbox().book(
        {{"email", "o'hara+tag/%2e@example.org"}, {"name", name}, {"event_type", "PRODUCTDEMO00002"}}));
    settle();
    const auto answer = sandbox().get("/contacts");
    const auto& contacts = answer.at("contacts").as_array();
    ASSERT_EQ(contacts.size(), 1u);
    EXPECT_EQ(text_at(contacts[0], "/email"), "o'hara+tag/%2e@example.org");
    EXPECT_EQ(text_at(contacts[0], "/attributes/FIRSTNAME"), name);
    EXPECT_EQ(text_at(contacts[0], "/attributes/COMPANY"), company);
    EXPECT_EQ(text_at(contacts[0], "/listIds"), "[10]") << "the PUT's path is the address, encoded";
    EXPECT_EQ(system_->dead(), 0);
}

}  // namespace path_contact_test
}  // namespace e2e
