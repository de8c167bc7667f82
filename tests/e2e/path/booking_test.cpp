// A booking and its cancellation.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace booking_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string ann = "ann@example.org";

json::object booking_of_ann() {
    return {{"email", "Ann@Example.org "},
            {"name", "Ann Bee"},
            {"timezone", "Europe/Oslo"},
            {"start_time", "2030-05-06T22:30:00Z"},
            {"end_time", "2030-05-06T23:00:00Z"},
            {"location", {{"type", "physical"}, {"location", "Quay 7"}}},
            {"questions_and_answers",
             {{"Company", "Dock & Co"},
              {"What is your role?", "Captain"},
              {"Phone number", "+33 6 12 34 56 78"}}},
            {"created_at", "2026-05-01T08:00:00.123456Z"}};
}

class PathBooking : public PathTest {
protected:
    // The entry of the journal of the last call like "PUT /contacts/...".
    json::object last_call(const std::string& method, const std::string& path) {
        json::object last;
        for (const auto& entry : sandbox().journal("brevo"))
            if (text_at(entry, "/method") == method && text_at(entry, "/path").starts_with(path))
                last = entry;
        return last;
    }
};

TEST_F(PathBooking, BecomesAContactWithEveryMappedAttribute) {
    start();
    sandbox().book(booking_of_ann());
    settle();
    EXPECT_EQ(attribute(ann, "FIRSTNAME"), "Ann Bee");
    EXPECT_EQ(attribute(ann, "COMPANY"), "Dock & Co");
    EXPECT_EQ(attribute(ann, "JOB_TITLE"), "Captain");
    EXPECT_THAT(attribute(ann, "SMS"), HasSubstr("33612345678"));
    EXPECT_EQ(attribute(ann, "CALENDLY_EVENT_TYPE"), "Discovery Call");
    EXPECT_EQ(attribute(ann, "MEETING_DATE"), "2030-05-07T00:30:00+02:00");
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(lists(ann), "[10]");
    EXPECT_EQ(sandbox().contact_count(), 1u);
    EXPECT_EQ(system_->pending(), 0);
}

TEST_F(PathBooking, IsFollowedThenWrittenThenTold) {
    start();
    wait_until_well();
    const auto before = sandbox().journal_end();
    sandbox().book(booking_of_ann());
    settle();
    const auto event = text_at(sandbox().events(ann).at(0), "/event_properties/event_uri");
    const auto path = event.substr(std::string("https://api.calendly.com").size());
    EXPECT_THAT(sandbox().calls("brevo", before), ElementsAre("POST /contacts", "POST /events"));
    Names apis;
    for (const auto& call : sandbox().calls("", before))
        if (call.find("http://") == call.npos && !call.starts_with("GET /event_types/")) apis.push_back(call);
    EXPECT_THAT(apis, ElementsAre("GET " + path, "POST /contacts", "POST /events"));
}

TEST_F(PathBooking, StartsOneEventWithItsProperties) {
    start();
    const auto id = sandbox().book(booking_of_ann());
    settle();
    const auto events = sandbox().events(ann);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(text_at(events[0], "/event_name"), "calendly_booked");
    EXPECT_EQ(text_at(events[0], "/contact_known"), "true") << "the contact's upsert comes first";
    const auto& properties = events[0].at("event_properties");
    EXPECT_THAT(text_at(properties, "/change_id"), HasSubstr(id));
    EXPECT_THAT(text_at(properties, "/invitee_uri"), testing::EndsWith("/invitees/" + id));
    EXPECT_THAT(text_at(properties, "/event_uri"), StartsWith("https://api.calendly.com/scheduled_events/"));
    EXPECT_EQ(text_at(properties, "/event_type_uri"),
              "https://api.calendly.com/event_types/DISCOVERYCALL001");
    EXPECT_EQ(text_at(properties, "/event_type_name"), "Discovery Call");
    EXPECT_EQ(text_at(properties, "/start_time"), "2030-05-07T00:30:00+02:00");
    EXPECT_EQ(text_at(properties, "/end_time"), "2030-05-07T01:00:00+02:00");
    EXPECT_EQ(text_at(properties, "/timezone"), "Europe/Oslo");
    EXPECT_EQ(text_at(properties, "/location"), "Quay 7");
    EXPECT_EQ(text_at(properties, "/cancel_url"), "https://calendly.com/cancellations/" + id);
    EXPECT_EQ(text_at(properties, "/reschedule_url"), "https://calendly.com/reschedulings/" + id);
    EXPECT_EQ(text_at(properties, "/host_name"), "Harriet Host");
    EXPECT_EQ(text_at(properties, "/host_email"), "harriet.host@example.com");
    EXPECT_EQ(text_at(properties, "/other_active_booking"), "false");
}

TEST_F(PathBooking, OfAnUnmappedTypeSyncsWithoutAList) {
    start();
    sandbox().book({{"email", ann}, {"event_type", "GROUPWORKSHOP003"}});
    settle();
    EXPECT_EQ(attribute(ann, "CALENDLY_EVENT_TYPE"), "Group Workshop");
    EXPECT_EQ(lists(ann), "[]");
}

TEST_F(PathBooking, NeverSendsConsentAndKeepsWhatOthersWrote) {
    start();
    sandbox().book(booking_of_ann());
    settle();
    sandbox().book({{"email", ann}, {"name", "Ann Bee"}, {"event_type", "PRODUCTDEMO00002"}});
    settle();
    EXPECT_EQ(attribute(ann, "COMPANY"), "Dock & Co") << "nothing is erased by an absent value";
    EXPECT_EQ(attribute(ann, "CALENDLY_EVENT_TYPE"), "Product Demo");
    EXPECT_EQ(lists(ann), "[10,11]");
    for (const auto& entry : sandbox().journal("brevo")) {
        if (entry.at("body").is_null()) continue;  // a GET
        EXPECT_THAT(json::serialize(entry.at("body")), testing::Not(HasSubstr("lacklisted")));
        EXPECT_THAT(json::serialize(entry.at("body")), testing::Not(HasSubstr("null")));
    }
}

TEST_F(PathBooking, CanceledLeavesTheMappedListAndJoinsTheOther) {
    start();
    const auto id = sandbox().book(booking_of_ann());
    settle();
    sandbox().cancel(id, {{"by", "host"}, {"reason", "Fog in the harbour"}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(lists(ann), "[20]");
    EXPECT_EQ(text_at(last_call("PUT", "/contacts/"), "/body/unlinkListIds"), "[10]");
    const auto events = sandbox().events(ann);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(text_at(events[1], "/event_name"), "calendly_canceled");
    EXPECT_EQ(text_at(events[1], "/event_properties/cancel_reason"), "Fog in the harbour");
    EXPECT_EQ(text_at(events[1], "/event_properties/canceler_type"), "host");
    EXPECT_EQ(text_at(events[1], "/event_properties/other_active_booking"), "false");
}

TEST_F(PathBooking, CanceledWithoutLeaveListsStaysOnTheMappedList) {
    start(with({{"cancellation", "{list_id: 20}"}}));
    const auto id = sandbox().book(booking_of_ann());
    sandbox().cancel(id);
    settle();
    EXPECT_EQ(lists(ann), "[10,20]");
}

TEST_F(PathBooking, BookedAgainAfterACancellationLeavesItsList) {
    start();
    sandbox().cancel(sandbox().book(booking_of_ann()));
    settle();
    ASSERT_EQ(lists(ann), "[20]");
    sandbox().book({{"email", ann}, {"event_type", "PRODUCTDEMO00002"}});
    settle();
    EXPECT_EQ(lists(ann), "[11]");
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
}

TEST_F(PathBooking, OneOfTwoCanceledLeavesTheOtherDescribed) {
    start();
    sandbox().book(booking_of_ann());
    const auto second = sandbox().book(
        {{"email", ann}, {"event_type", "PRODUCTDEMO00002"}, {"start_time", "2030-06-01T10:00:00Z"}});
    settle();
    EXPECT_EQ(attribute(ann, "CALENDLY_EVENT_TYPE"), "Product Demo");
    sandbox().cancel(second);
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(attribute(ann, "CALENDLY_EVENT_TYPE"), "Discovery Call");
    EXPECT_EQ(attribute(ann, "MEETING_DATE"), "2030-05-07T00:30:00+02:00");
    EXPECT_EQ(lists(ann), "[10]") << "not the cancellation's";
    EXPECT_EQ(text_at(sandbox().events(ann).back(), "/event_properties/other_active_booking"), "true");
}

TEST_F(PathBooking, OnlyListsThatTheLedgerPutThePersonOnAreLeft) {
    start();
    sandbox().book({{"email", ann}, {"event_type", "GROUPWORKSHOP003"}});
    settle();
    const auto added = harness::send_once(
        harness::port_of(sandbox().brevo_url()),
        {.target = "/v3/contacts",
         .headers = {{"api-key", harness::SandboxProcess::api_key}, {"Content-Type", "application/json"}},
         .body = R"({"email": "ann@example.org", "listIds": [10, 21], "updateEnabled": true})"});
    ASSERT_EQ(added.status, 204u);
    sandbox().cancel(sandbox().book({{"email", ann}, {"event_type", "PRODUCTDEMO00002"}}));
    settle();
    EXPECT_EQ(lists(ann), "[10,21]") << "somebody else's lists, and the workshop is still booked";
}

TEST_F(PathBooking, CancellationsThatAreOffSendNothing) {
    start(with({{"sync", "{cancellations: false}"}}));
    const auto id = sandbox().book(booking_of_ann());
    settle();
    const auto before = sandbox().journal_end();
    sandbox().cancel(id);
    settle();
    EXPECT_THAT(sandbox().calls("brevo", before), IsEmpty());
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(lists(ann), "[10]");
}

TEST_F(PathBooking, ContactsThatAreOffSendEventsOnly) {
    start(with({{"sync", "{contacts: false}"}}));
    sandbox().book(booking_of_ann());
    settle();
    EXPECT_FALSE(sandbox().contact(ann));
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
}

TEST_F(PathBooking, EventsThatAreOffSendContactsOnly) {
    start(with({{"sync", "{events: false}"}}));
    sandbox().book(booking_of_ann());
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_THAT(sandbox().events(ann), IsEmpty());
}

TEST_F(PathBooking, ManyPeopleStayApart) {
    start();
    constexpr int people = 40;
    for (int i = 0; i < people; ++i)
        sandbox().book({{"email", "guest" + std::to_string(i) + "@example.org"},
                        {"questions_and_answers", {{"Company", "Company " + std::to_string(i)}}}});
    settle();
    EXPECT_EQ(sandbox().contact_count(), static_cast<std::size_t>(people));
    for (int i = 0; i < people; ++i) {
        const auto email = "guest" + std::to_string(i) + "@example.org";
        EXPECT_EQ(attribute(email, "COMPANY"), "Company " + std::to_string(i));
        EXPECT_THAT(sandbox().event_names(email), ElementsAre("calendly_booked"));
    }
}

}  // namespace booking_test
}  // namespace e2e
