// What Calendly has: event types, meetings, invitees; and links that serve once.
#include <fstream>

#include "e2e/product/history_fixture.hpp"

namespace e2e {
namespace product_looking_test {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class LookingTest : public HistoryTest {
protected:
    // Of each object in an array.
    static Names all(const json::value& array, const std::string& pointer) {
        Names texts;
        for (const auto& one : array.as_array()) texts.push_back(text_at(one, pointer));
        return texts;
    }
    std::string write(const std::string& name, const std::string& text) {
        const auto path = (system_->folder() / name).string();
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
};

TEST_F(LookingTest, EventTypesAreTheApisObjectsWithTheirMapping) {
    lay();
    sandbox().post("/event_types", {{"id", "old"}, {"name", "Old talk"}, {"active", false}});
    const auto types = run_json({"event-types", "list"});
    ASSERT_EQ(types.as_array().size(), 4u);
    for (const auto& type : types.as_array()) {
        const auto uri = text_at(type, "/uri");
        EXPECT_NE(text_at(type, "/scheduling_url"), "(none)") << "the API's own object";
        if (uri.ends_with("DISCOVERYCALL001")) {
            EXPECT_EQ(text_at(type, "/mapped_as"), "discovery_call");
            EXPECT_EQ(text_at(type, "/list_id"), "10");
        }
        if (uri.ends_with("old")) {
            EXPECT_EQ(text_at(type, "/active"), "false");
            EXPECT_EQ(text_at(type, "/mapped_as"), "(none)");
            EXPECT_EQ(text_at(type, "/list_id"), "(none)");
        }
    }
    const auto table = run({"event-types", "list"});
    EXPECT_EQ(table.exit_code, 0) << table.errors;
    EXPECT_THAT(table.output, HasSubstr("NAME"));
    EXPECT_THAT(table.output, HasSubstr("discovery_call (list 10)"));
    EXPECT_THAT(table.output, HasSubstr("inactive"));
}

TEST_F(LookingTest, EveryPageOfMeetingsIsListed) {
    lay();
    json::array actions;
    for (int i = 0; i < 230; ++i) actions.push_back(booking("p" + std::to_string(i)));
    happen(std::move(actions));
    const auto events = run_json({"events", "list"});
    EXPECT_EQ(events.as_array().size(), 230u);
    EXPECT_EQ(text_at(events.as_array().front(), "/mapped_as"), "discovery_call");
}

TEST_F(LookingTest, MeetingsAreFiltered) {
    lay();
    happen({booking("ada", {{"start_time", "2030-05-06T09:00:00Z"}}),
            booking("bob", {{"start_time", "2030-05-07T09:00:00Z"}, {"event_type", "PRODUCTDEMO00002"}}),
            booking("cy", {{"start_time", "2030-05-08T09:00:00Z"}}),
            {{"do", "cancel"}, {"invitee", "Icy"}}});
    const auto uris = [&](Names filter) {
        filter.insert(filter.begin(), {"events", "list"});
        std::string ids;
        for (const auto& uri : all(run_json(std::move(filter)), "/uri"))
            ids += uri.substr(uri.rfind('/') + 1) + " ";
        return ids;
    };
    EXPECT_EQ(uris({}), "Eada Ebob Ecy ");
    EXPECT_EQ(uris({"--from", "2030-05-07"}), "Ebob Ecy ");
    EXPECT_EQ(uris({"--to", "2030-05-07"}), "Eada Ebob ") << "the day to its end";
    EXPECT_EQ(uris({"--from", "2030-05-06T10:00", "--to", "2030-05-07T10:00:00+02:00"}), "");
    EXPECT_EQ(uris({"--status", "canceled"}), "Ecy ");
    EXPECT_EQ(uris({"--email", "bob@example.com"}), "Ebob ");
    EXPECT_EQ(uris({"--event-type", "demo"}), "Ebob ");
    EXPECT_EQ(run({"events", "list", "--status", "gone"}).exit_code, 2);
}

TEST_F(LookingTest, AMemberSeesTheirOwnAndIsToldSo) {
    lay();
    const auto token = text_at(sandbox().post("/calendly/tokens", {{"user", "colleague"}}), "/token");
    system_->options().connectors["calendly"]["access_token"] = "\"" + token + "\"";
    happen({booking("ada"), booking("bob", {{"event_type", "PRODUCTDEMO00002"}})});
    const auto ran = run({"events", "list"});
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_THAT(ran.errors, HasSubstr("own"));
    EXPECT_THAT(ran.output, HasSubstr("Ebob"));
    EXPECT_THAT(ran.output, Not(HasSubstr("Eada")));
}

TEST_F(LookingTest, InviteesOfAMeeting) {
    lay();
    json::array actions;
    actions.push_back({{"do", "book"},
                       {"email", "first@example.com"},
                       {"name", "F\u001b[31m\nirst"},
                       {"event_type", "GROUPWORKSHOP003"},
                       {"event_id", "Egroup"},
                       {"invitee_id", "I1"}});
    actions.push_back({{"do", "book"},
                       {"email", "second@example.com"},
                       {"name", "山田"},
                       {"event", "Egroup"},
                       {"invitee_id", "I2"}});
    actions.push_back({{"do", "cancel"}, {"invitee", "I2"}});
    happen(std::move(actions));
    const auto invitees = run_json({"invitees", "list", "Egroup"});
    ASSERT_EQ(invitees.as_array().size(), 2u);
    EXPECT_EQ(text_at(invitees.as_array()[1], "/status"), "canceled");
    const auto table = run({"invitees", "list", "https://api.calendly.com/scheduled_events/Egroup"});
    EXPECT_EQ(table.exit_code, 0) << table.errors;
    EXPECT_THAT(table.output, Not(HasSubstr("\u001b"))) << "it is shown on a terminal";
    EXPECT_EQ(std::count(table.output.begin(), table.output.end(), '\n'), 3);
    EXPECT_THAT(table.output, HasSubstr("山田"));
    const auto unknown = run({"invitees", "list", "NOBODY"});
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_THAT(unknown.errors, HasSubstr("calendly-brevo events list shows those that there are"));
    EXPECT_THAT(run({"invitees", "list", "https://evil.example.com/scheduled_events/E"}).errors,
                HasSubstr("is no meeting"));
}

TEST_F(LookingTest, LinksServeOnce) {
    lay();
    const auto ran = run({"links", "create", "discovery_call", "--count", "3"});
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    EXPECT_EQ(std::count(ran.output.begin(), ran.output.end(), '\n'), 3);
    EXPECT_THAT(ran.output, HasSubstr("https://calendly.com/d/"));
    const auto links = run_json({"links", "create", "https://api.calendly.com/event_types/DISCOVERYCALL001"});
    EXPECT_THAT(text_at(links, "/0/booking_url"), HasSubstr("https://calendly.com/d/"));
    EXPECT_EQ(text_at(links, "/0/owner_type"), "EventType");
    const auto unknown = run({"links", "create", "https://api.calendly.com/event_types/NONE"});
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_THAT(unknown.errors, HasSubstr("event-types list shows"));
    EXPECT_EQ(run({"links", "create", "demo", "--count", "0"}).exit_code, 2);
}

TEST_F(LookingTest, ACsvGetsALinkForEachRow) {
    lay();
    const auto path =
        write("people.csv", "email,note\r\nada@example.com,\"a, \"\"b\"\"\r\nc\"\r\nbob@example.com,\r\n");
    const auto ran = run({"links", "create", "demo", "--csv", path});
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    const auto text = harness::read_file(path);
    EXPECT_TRUE(
        text.starts_with("email,note,link\r\nada@example.com,\"a, \"\"b\"\"\r\nc\",https://calendly.com/d/"))
        << text;
    EXPECT_THAT(text, HasSubstr("bob@example.com,,https://calendly.com/d/"));
}

TEST_F(LookingTest, AnInterruptedCsvGoesOn) {
    lay();
    const auto path = write("people.csv", "email\nada@example.com\nbob@example.com\ncy@example.com\n");
    sandbox().fault("calendly", {{"method", "POST"}, {"path_prefix", "/scheduling_links"}},
                    {{"status", 403}, {"body", {{"title", "Permission Denied"}, {"message", "no"}}}}, 1, 1);
    EXPECT_EQ(run({"links", "create", "demo", "--csv", path}).exit_code, 1);
    const auto first = harness::read_file(path);
    EXPECT_THAT(first, HasSubstr("ada@example.com,https://"));
    EXPECT_THAT(first, HasSubstr("\nbob@example.com\n"));
    const auto journal = sandbox().journal_end();
    EXPECT_EQ(run({"links", "create", "demo", "--csv", path}).exit_code, 0);
    const auto second = harness::read_file(path);
    EXPECT_TRUE(second.starts_with(first.substr(0, first.find("\nbob")))) << "what was made stays";
    EXPECT_THAT(second, HasSubstr("bob@example.com,https://"));
    EXPECT_THAT(second, HasSubstr("cy@example.com,https://"));
    const auto calls = sandbox().calls("calendly", journal);
    EXPECT_EQ(std::count(calls.begin(), calls.end(), "POST /scheduling_links"), 2);
}

// Somebody has to have what was made.
TEST_F(LookingTest, LinksThatWereMadeAreToldWhenTheNextOneCannotBe) {
    lay();
    sandbox().fault("calendly", {{"method", "POST"}, {"path_prefix", "/scheduling_links"}},
                    {{"status", 403}, {"body", {{"title", "Permission Denied"}, {"message", "no"}}}}, -1, 2);
    const auto ran = run({"links", "create", "demo", "--count", "5", "--json"});
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_EQ(json::parse(ran.output).as_array().size(), 2u) << ran.output;
    EXPECT_THAT(ran.errors, HasSubstr("403"));
}

TEST_F(LookingTest, ACsvThatIsNoneIsLeftAlone) {
    lay();
    const auto path = write("broken.csv", "email\n\"ada\n");
    const auto ran = run({"links", "create", "demo", "--csv", path});
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_THAT(ran.errors, HasSubstr("line 2: a quote is never closed"));
    EXPECT_EQ(harness::read_file(path), "email\n\"ada\n");
    EXPECT_EQ(run({"links", "create", "demo", "--csv", "/nonexistent.csv"}).exit_code, 1);
}

TEST_F(LookingTest, ARefusedTokenIsSaidWithWhatToDo) {
    lay(with({{"access_token", "nonsense"}}));
    const auto ran = run({"events", "list"});
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_THAT(ran.errors, HasSubstr("401"));
    EXPECT_THAT(ran.errors, HasSubstr("check the token"));
}

}  // namespace product_looking_test
}  // namespace e2e
