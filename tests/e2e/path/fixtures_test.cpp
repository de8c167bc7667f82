// Every delivery of the fixtures travels the path. The sandbox's Calendly knows none of them, so that their
// embedded data serve.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace fixtures_test {

using testing::ElementsAre;
using testing::IsEmpty;

struct Travel {
    std::string fixture;
    std::string email;
    std::string status;
    std::string date;
    std::string lists;
    Names events;
};

void PrintTo(const Travel& travel, std::ostream* out) {
    *out << travel.fixture;
}

std::string fixture(const std::string& name) {
    const auto body = harness::read_file(std::string(FIXTURES_DIR) + "/deliveries/" + name + ".json");
    if (body.empty()) throw std::runtime_error("no fixture " + name);
    return body;
}

const std::vector<Travel>& travels() {
    static const std::string maren = "maren.solberg@fjord.example", oona = "oona.parent@laine.example";
    static const std::string summer = "2020-08-29T18:30:22+02:00";  // in Oslo
    static const std::vector<Travel> all = {
        {"invitee_created_2020", maren, "booked", summer, "[]", {"calendly_booked"}},
        {"invitee_canceled_2020", maren, "cancelled", summer, "[20]", {"calendly_canceled"}},
        {"invitee_created_2026",
         "tomas.verde@quinta.example",
         "booked",
         "2025-11-05T04:45:00+00:00",
         "[]",
         {"calendly_booked"}},
        // Calendly answers 404 to their no-show: it is undone, and the ledger never held it.
        {"no_show_created_2020", maren, "booked", summer, "[]", {}},
        {"no_show_deleted_2020", maren, "booked", summer, "[]", {}},
        // Left with no other booking: cancelled, without an event and without the re-engagement list; the
        // rest as it would be if the booking itself had come before.
        {"reschedule_canceled_old", oona, "cancelled", "2026-03-11T21:15:00+02:00", "[]", {}},
        {"reschedule_created_new",
         oona,
         "booked",
         "2026-03-13T21:45:00+02:00",
         "[]",
         {"calendly_rescheduled"}},
    };
    return all;
}

class PathFixtures : public PathTest, public testing::WithParamInterface<Travel> {};

TEST_P(PathFixtures, BecomesTheContactAndTheEvent) {
    const auto& travel = GetParam();
    start();
    ASSERT_EQ(system_->post(fixture(travel.fixture)), 200u);
    settle();
    EXPECT_EQ(attribute(travel.email, "BOOKING_STATUS"), travel.status);
    EXPECT_EQ(attribute(travel.email, "MEETING_DATE"), travel.date);
    EXPECT_EQ(lists(travel.email), travel.lists);
    EXPECT_EQ(sandbox().event_names(travel.email), travel.events);
    EXPECT_EQ(system_->pending(), 0);
    EXPECT_EQ(system_->dead(), 0);
}

INSTANTIATE_TEST_SUITE_P(Each, PathFixtures, testing::ValuesIn(travels()),
                         [](const auto& test) { return test.param.fixture; });

class PathAllFixtures : public PathTest {};

TEST_F(PathAllFixtures, AreStoredByteForByteWhileNobodyReads) {
    lay();
    Names bodies;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(FIXTURES_DIR) + "/deliveries"))
        bodies.push_back(harness::read_file(entry.path()));
    ASSERT_GE(bodies.size(), 8u);
    for (const auto& body : bodies) EXPECT_EQ(system_->post(body), 200u);
    const auto entries = system_->redis().client().webhooks();
    ASSERT_EQ(entries.size(), bodies.size());
    for (std::size_t i = 0; i < bodies.size(); ++i) EXPECT_EQ(entries[i].body, bodies[i]);
}

TEST_F(PathAllFixtures, AfterEachOtherBecomeThreeContacts) {
    start();
    for (const auto& travel : travels()) ASSERT_EQ(system_->post(fixture(travel.fixture)), 200u);
    settle();
    EXPECT_EQ(sandbox().contact_count(), 3u);
    EXPECT_EQ(attribute("maren.solberg@fjord.example", "BOOKING_STATUS"), "cancelled") << "which is final";
    EXPECT_EQ(attribute("oona.parent@laine.example", "BOOKING_STATUS"), "booked");
    EXPECT_THAT(sandbox().event_names("oona.parent@laine.example"), ElementsAre("calendly_rescheduled"));
    EXPECT_EQ(system_->pending(), 0);
    EXPECT_EQ(system_->dead(), 0);
}

TEST_F(PathAllFixtures, ARoutingFormWithoutAnAddressIsCountedAndAcknowledged) {
    start();
    ASSERT_EQ(system_->post(fixture("routing_form_submission_created")), 200u);
    settle();
    EXPECT_EQ(sandbox().contact_count(), 0u);
    EXPECT_EQ(system_->dead(), 0);
    EXPECT_THAT(
        agent().metrics(),
        testing::HasSubstr(R"(calendly_agent_entries_total{connector="calendly",outcome="ignored"} 1)"));
}

TEST_F(PathAllFixtures, ANoShowIsTakenAtItsWordWhenNothingIsMissing) {
    start(with({{"follow_links", "missing"}}));
    ASSERT_EQ(system_->post(fixture("no_show_created_2020")), 200u);
    settle();
    const std::string maren = "maren.solberg@fjord.example";
    EXPECT_EQ(attribute(maren, "BOOKING_STATUS"), "no_show");
    EXPECT_EQ(lists(maren), "[21]");
    EXPECT_THAT(sandbox().event_names(maren), ElementsAre("calendly_no_show"));
    for (const auto& call : sandbox().calls("calendly"))
        EXPECT_THAT(call, testing::StartsWith("GET /event_types/")) << "only its name is not in the payload";
}

TEST_F(PathAllFixtures, AForgedOneGoesNowhere) {
    start();
    const auto body = fixture("invitee_created_2026");
    const auto response =
        harness::send_once(system_->nginx().port(),
                           {.target = harness::Nginx::path,
                            .headers = {{"Calendly-Webhook-Signature", "t=1,v1=" + std::string(64, '0')}},
                            .body = body});
    EXPECT_EQ(response.status, 401u);
    EXPECT_EQ(system_->backlog(), 0);
    EXPECT_THAT(sandbox().events("tomas.verde@quinta.example"), IsEmpty());
}

}  // namespace fixtures_test
}  // namespace e2e
