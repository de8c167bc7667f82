// Lists that are configured and not there: they are named, and cost no contact.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace lists_test {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string ann = "ann@example.org", bea = "bea@example.org";

class PathLists : public PathTest {
protected:
    void delete_list(int id) { sandbox().remove("/brevo/lists/" + std::to_string(id)); }
    std::size_t questions_about(int id) {
        const auto calls = sandbox().calls("brevo");
        return static_cast<std::size_t>(
            std::ranges::count(calls, "GET /contacts/lists/" + std::to_string(id)));
    }
};

TEST_F(PathLists, ThatAreMissingAtStartAreNamedWithTheirPlaces) {
    expect_error("event_mapping.discovery_call.list_id: 10");
    lay();
    delete_list(10);
    delete_list(20);
    system_->start_agent();
    sandbox().cancel(sandbox().book({{"email", ann}}));
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(lists(ann), "[]");
    for (const auto& entry : sandbox().journal("brevo")) EXPECT_NE(text_at(entry, "/status"), "400");
    const auto health = agent().health();
    EXPECT_EQ(health.status, 503u);
    EXPECT_THAT(health.body, HasSubstr("cancellation.list_id: 20"));
    EXPECT_EQ(system_->dead(), 0);
}

TEST_F(PathLists, ThatAreAllThereAreAskedForOnce) {
    start();
    sandbox().book({{"email", ann}});
    settle();
    for (const int list : {10, 11, 20, 21}) EXPECT_EQ(questions_about(list), 1u) << list;
    EXPECT_EQ(agent().health().status, 200u);
}

TEST_F(PathLists, ThatAreDeletedMeanwhileCostNoContact) {
    expect_error("event_mapping.discovery_call.list_id: 10");
    start();
    wait_until_well();
    delete_list(10);
    sandbox().book({{"email", ann}});
    settle();
    sandbox().book({{"email", bea}});
    sandbox().book({{"email", bea}, {"event_type", "PRODUCTDEMO00002"}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(lists(ann), "[]");
    EXPECT_EQ(lists(bea), "[11]");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
    EXPECT_EQ(questions_about(10), 2u) << "at start, and when Brevo refused the first contact";
    EXPECT_THAT(agent().health().body, HasSubstr("event_mapping.discovery_call.list_id: 10"));
    EXPECT_EQ(system_->dead(), 0);
}

TEST_F(PathLists, ThatWereJoinedAndDeletedAreNotLeft) {
    expect_error("event_mapping.discovery_call.list_id: 10");
    start();
    const auto booking = sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(lists(ann), "[10]");
    delete_list(10);
    sandbox().cancel(booking);
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(lists(ann), "[20]");
    EXPECT_EQ(system_->dead(), 0);
}

TEST_F(PathLists, ThatCannotBeReadAreTakenToExist) {
    expect_error("lists cannot be read");
    lay();
    const json::object refused{{"code", "permission_denied"}, {"message", "Not allowed"}};
    sandbox().fault("brevo", {{"method", "GET"}, {"path_prefix", "/contacts/lists"}},
                    {{"status", 403}, {"body", refused}}, -1);
    system_->start_agent();
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(lists(ann), "[10]");
}

// An automation that waits for a list does not start for a contact that one call takes from another list.
TEST_F(PathLists, ThatAreLeftAreLeftAfterTheOthersAreJoined) {
    start();
    const auto booking = sandbox().book({{"email", ann}});
    settle();
    const auto end = sandbox().journal_end();
    sandbox().cancel(booking);
    settle();
    std::vector<std::string> done;
    for (const auto& entry : sandbox().journal("brevo", end))
        if (text_at(entry, "/method") == "PUT")
            done.push_back("joined " + text_at(entry, "/body/listIds") + ", left " +
                           text_at(entry, "/body/unlinkListIds") + ", started " + text_at(entry, "/started"));
    EXPECT_THAT(done, ElementsAre("joined [20], left (none), started [20]",
                                  "joined (none), left [10], started (none)"));
    EXPECT_EQ(lists(ann), "[20]");
}

TEST_F(PathLists, ThatABookingJoinsAreJoinedWithItsOneCall) {
    start();
    const auto end = sandbox().journal_end();
    sandbox().book({{"email", ann}});
    settle();
    std::vector<std::string> started;
    for (const auto& entry : sandbox().journal("brevo", end))
        if (text_at(entry, "/path").starts_with("/contacts") && text_at(entry, "/method") != "GET")
            started.push_back(text_at(entry, "/method") + " " + text_at(entry, "/started"));
    EXPECT_THAT(started, ElementsAre("POST [10]"));
}

// Somebody else may have put the person there.
TEST_F(PathLists, ThatARefusedContactWasToJoinAreNotLeftLater) {
    expect_error("goes to the dead letters");
    start();
    wait_until_well();
    sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}},
                    {{"status", 400}, {"body", {{"code", "invalid_parameter"}, {"message", "No"}}}});
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(system_->dead(), 1);
    const auto end = sandbox().journal_end();
    sandbox().book({{"email", ann}, {"event_type", "PRODUCTDEMO00002"}});
    settle();
    EXPECT_EQ(lists(ann), "[11]");
    for (const auto& entry : sandbox().journal("brevo", end))
        EXPECT_EQ(text_at(entry, "/body/unlinkListIds"), "(none)") << json::serialize(entry);
}

// Another mistake of the contact is not blamed on its lists.
TEST_F(PathLists, ThatAreThereDoNotExcuseARefusedContact) {
    expect_error("goes to the dead letters");
    start();
    sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}},
                    {{"status", 400}, {"body", {{"code", "invalid_parameter"}, {"message", "No"}}}}, -1);
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(system_->dead(), 1);
    EXPECT_EQ(questions_about(10), 2u);
}

}  // namespace lists_test
}  // namespace e2e
