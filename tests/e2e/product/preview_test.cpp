// preview: what a delivery would do, with nothing written.
#include "e2e/product/fixture.hpp"
#include "rules/fold.hpp"
#include "rules/ledger.hpp"

namespace e2e {
namespace preview_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ProductPreview : public ProductTest {
protected:
    // The body of the only delivery that the sandbox holds.
    std::string held_body() { return sandbox().held_bodies().at(sandbox().held().at(0)); }
    std::string file_with(const std::string& body) {
        const auto file = system_->folder() / "body.json";
        harness::write_file(file, body);
        return file.string();
    }
    void expect_nothing_written() {
        EXPECT_EQ(sandbox().contact_count(), 0u);
        for (const auto& call : sandbox().calls("brevo")) EXPECT_THAT(call, testing::StartsWith("GET "));
        EXPECT_EQ(system_->redis().client().integer({"DBSIZE"}), 0) << "Redis";
    }
};

TEST_F(ProductPreview, OfABookingIsWhatTheAgentThenWrites) {
    lay();
    sandbox().hold();
    sandbox().book({{"email", "Ann@Example.com"}, {"name", "Ann Bee"}});
    const auto preview = run_json({"preview", file_with(held_body())});
    EXPECT_EQ(text_at(preview, "/person"), "ann@example.com");
    EXPECT_EQ(text_at(preview, "/contact/email"), "ann@example.com");
    EXPECT_EQ(text_at(preview, "/contact/updateEnabled"), "true");
    EXPECT_EQ(text_at(preview, "/contact/attributes/BOOKING_STATUS"), "booked");
    EXPECT_EQ(text_at(preview, "/join_lists"), "[10]");
    EXPECT_EQ(text_at(preview, "/leave_lists"), "[]");
    EXPECT_EQ(text_at(preview, "/events/0/event_name"), "calendly_booked");
    EXPECT_EQ(text_at(preview, "/problems"), "[]");
    expect_nothing_written();
    system_->start_agent();
    sandbox().release_all();
    settle();
    EXPECT_EQ(text_at(*sandbox().contact("ann@example.com"), "/attributes"),
              text_at(preview, "/contact/attributes"));
    EXPECT_EQ(lists("ann@example.com"), "[10]");
}

TEST_F(ProductPreview, KnowsWhatTheLedgerKnows) {
    start();
    const auto ann = sandbox().book({{"email", "ann@example.com"}, {"name", "Ann Bee"}});
    settle();
    sandbox().hold();
    sandbox().cancel(ann);
    const auto body = held_body();
    const auto before = sandbox().contact("ann@example.com");
    const auto preview = run_json({"preview", file_with(body)});
    EXPECT_EQ(text_at(preview, "/contact/attributes/BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(text_at(preview, "/join_lists"), "[20]");
    EXPECT_EQ(text_at(preview, "/leave_lists"), "[10]");
    EXPECT_EQ(text_at(preview, "/events/0/event_name"), "calendly_canceled");
    EXPECT_EQ(sandbox().contact("ann@example.com"), before);
    sandbox().release_all();
    settle();
    const auto again = run_json({"preview", file_with(body)});
    EXPECT_EQ(text_at(again, "/contact"), "null") << "it is done";
    EXPECT_EQ(text_at(again, "/events"), "[]");
}

// The agent was killed after it had sent the event: it will not send it again.
TEST_F(ProductPreview, LeavesOutWhatIsOutAlready) {
    lay();
    sandbox().book({{"email", "ann@example.com"}, {"name", "Ann Bee"}});
    harness::wait_until([&] { return system_->backlog() == 1; }, "the webhook should be stored");
    const auto entry = system_->redis().client().webhooks().at(0);
    rules::Progress progress;
    progress.sent.insert(rules::created_id(text_at(json::parse(entry.body), "/payload/uri")));
    system_->redis().client().command({"HSET", shared::connector_key("calendly", "person:ann@example.com"),
                                       "progress", rules::serialize(progress)});
    const auto preview = run_json({"preview", "--stream-id", entry.id});
    EXPECT_EQ(text_at(preview, "/contact/attributes/BOOKING_STATUS"), "booked");
    EXPECT_EQ(text_at(preview, "/events"), "[]");
}

TEST_F(ProductPreview, OfAnEntryThatWaitsADeadLetterAndAnInvitee) {
    lay();
    const auto ann = sandbox().book({{"email", "ann@example.com"}, {"name", "Ann Bee"}});
    harness::wait_until([&] { return system_->backlog() == 1; }, "the webhook should be stored");
    const auto entry = system_->redis().client().webhooks().at(0);
    EXPECT_EQ(text_at(run_json({"preview", "--stream-id", entry.id}), "/person"), "ann@example.com");
    const auto dead = system_->redis().client().text(
        {"XADD", shared::dead_key("calendly"), "*", "body", entry.body, "reason", "x"});
    EXPECT_EQ(text_at(run_json({"preview", "--dead", dead}), "/join_lists"), "[10]");
    const auto body = json::parse(entry.body);
    const auto of_invitee = run_json({"preview", "--invitee", text_at(body, "/payload/uri")});
    EXPECT_EQ(text_at(of_invitee, "/events/0/event_name"), "calendly_booked");
    EXPECT_EQ(sandbox().contact_count(), 0u);
    EXPECT_EQ(system_->backlog(), 1);
    const auto missing = run({"preview", "--stream-id", "1-1"});
    EXPECT_EQ(missing.exit_code, 1);
    EXPECT_THAT(missing.errors, HasSubstr("there is no entry 1-1"));
}

TEST_F(ProductPreview, ForPeopleItIsAFewLines) {
    lay();
    sandbox().hold();
    sandbox().book({{"email", "ann@example.com"}, {"name", "Ann Bee"}});
    const auto ran = run({"preview", file_with(held_body())});
    EXPECT_THAT(ran.output, AllOf(HasSubstr("person   ann@example.com"), HasSubstr("joins    10"),
                                  HasSubstr("event    calendly_booked")));
}

TEST_F(ProductPreview, WhatIsNoDeliveryIsSaidInOneLine) {
    lay();
    for (const auto* body : {"not JSON", "{}", R"({"event":"invitee.created","payload":{}})"}) {
        const auto ran = run({"preview", file_with(body)});
        EXPECT_NE(ran.output + ran.errors, "") << body;
        EXPECT_LE(std::ranges::count(ran.errors, '\n'), 1) << ran.errors;
    }
    const auto probe = run_json(
        {"preview",
         file_with(
             R"({"event":"event_type.updated","created_at":"2026-01-01T00:00:00Z","payload":{"uri":"x"}})")});
    EXPECT_THAT(text_at(probe, "/problems/0"), HasSubstr("concerns nobody"));
    expect_nothing_written();
}

TEST_F(ProductPreview, AnApiThatRefusesUsIsSaid) {
    lay();
    sandbox().hold();
    sandbox().book({{"email", "ann@example.com"}});
    system_->options().common["brevo"] = "{api_url: \"" + sandbox().brevo_url() + "\", api_key: another-key}";
    const auto ran = run({"preview", file_with(held_body())});
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_THAT(ran.errors, AllOf(HasSubstr("Brevo"), HasSubstr("refuses")));
}

}  // namespace preview_test
}  // namespace e2e
