// One person at a time among all agents: a slow or frozen agent never has the last word. Label: slow.
#include <algorithm>

#include "e2e/path/fixture.hpp"
#include "e2e/path/pace.hpp"

namespace e2e {
namespace slow_lease_test {

using testing::Each;
using testing::ElementsAre;

const std::string ann = "ann@example.org";
constexpr harness::Duration lease_deadline{45'000};  // a lease's 20 seconds, and what the machine needs

class SlowLease : public PathTest {
protected:
    // The agent works on ann's booking and waits for the API's answer.
    std::string book_and_wait_for_call(const std::string& api, json::object match, int delay_ms) {
        sandbox().fault(api, std::move(match), {{"delay_ms", delay_ms}});
        const auto id = sandbox().book({{"email", ann}});
        harness::wait_until([&] { return sandbox().get("/faults").at("faults").as_array().empty(); },
                            "the API should be asked");
        return id;
    }

    void freeze_the_first() {
        system_->agents().front().signal(SIGSTOP);
        harness::wait_until(
            [&] {
                return system_->redis().client().text({"INFO", "clients"}).find("blocked_clients:0") !=
                       std::string::npos;
            },
            "its waiting read should end");
    }

    void wait_for_backlog(std::int64_t entries) {
        harness::wait_until([&] { return system_->backlog() == entries; }, "the agents should go on",
                            lease_deadline);
    }

    // The statuses that were written to Brevo, in order.
    Names written_statuses(std::uint64_t after = 0) {
        Names statuses;
        for (const auto& entry : sandbox().journal("brevo", after))
            if (text_at(entry, "/path").starts_with("/contacts"))
                statuses.push_back(text_at(entry, "/body/attributes/BOOKING_STATUS"));
        std::erase(statuses, "(none)");
        return statuses;
    }
};

// Frozen while Calendly's answer is on its way: what it would write then is withheld.
TEST_F(SlowLease, AFrozenAgentWritesNothingThatIsOutOfDate) {
    start();
    const auto id = book_and_wait_for_call("calendly", {{"path_prefix", "/scheduled_events"}}, 1000);
    freeze_the_first();
    system_->start_agent();
    sandbox().cancel(id);
    wait_for_backlog(0);
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    const auto end = sandbox().journal_end();
    system_->agents().front().signal(SIGCONT);
    sandbox().book({{"email", "bob@example.org"}});
    settle();
    EXPECT_EQ(system_->agents().front().stop(), 0);
    for (const auto& status : written_statuses(end)) EXPECT_EQ(status, "booked") << "of bob alone";
    EXPECT_EQ(written_statuses(end).size(), 1u);
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    auto events = sandbox().event_names(ann);
    std::erase(events, "calendly_booked");  // not sent when the cancellation overtook it
    EXPECT_THAT(events, ElementsAre("calendly_canceled"));
}

// Frozen while its write was on the way: it arrives before anybody else may write, the commit that follows is
// refused, and the current state is written again.
TEST_F(SlowLease, AFrozenWriterWritesTheCurrentStateWhenItsCommitIsRefused) {
    start();
    const auto id = book_and_wait_for_call("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}}, 3000);
    freeze_the_first();
    system_->start_agent();
    sandbox().cancel(id);
    harness::wait_until([&] { return attribute(ann, "BOOKING_STATUS") == "booked"; },
                        "the frozen agent's call should arrive");
    wait_for_backlog(0);
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    const auto end = sandbox().journal_end();
    system_->agents().front().signal(SIGCONT);
    harness::wait_until([&] { return !written_statuses(end).empty(); }, "the first agent should write again");
    EXPECT_THAT(written_statuses(end), Each("cancelled"));
    settle();
    EXPECT_EQ(lists(ann), "[20]");
    EXPECT_EQ(system_->pending(), 0);
}

// Both agents have entries of one person all the time.
TEST_F(SlowLease, TwoAgentsNeverWriteOnePersonAtOnce) {
    start(with({{"log_level", "debug"}}));
    system_->start_agent();
    sandbox().fault("brevo", {}, {{"delay_ms", 15}}, -1);
    // Chance may give every entry of a round to one agent.
    int booked = 0, canceled = 0;
    harness::wait_until(
        [&] {
            for (int i = 0; i < 30; ++i, ++booked) {
                const auto id = sandbox().book({{"email", ann}});
                if (i % 3 == 0) sandbox().cancel(id), ++canceled;
            }
            wait_for_backlog(0);
            return std::ranges::all_of(system_->agents(),
                                       [](const auto& agent) { return agent.has_logged(" sent, "); });
        },
        "each agent should do some of it", harness::Duration(60'000));
    settle();
    std::int64_t busy_until = 0;
    for (const auto& entry : sandbox().journal("brevo")) {
        if (text_at(entry, "/method") == "GET") continue;
        const auto begin = time_of(entry).time_since_epoch().count();
        EXPECT_GE(begin, busy_until) << json::serialize(entry);
        busy_until = begin + entry.at("took_us").to_number<std::int64_t>();
    }
    const auto events = sandbox().event_names(ann);
    EXPECT_EQ(std::ranges::count(events, "calendly_canceled"), canceled);
    EXPECT_GE(std::ranges::count(events, "calendly_booked"), booked - canceled) << "all that were not overtaken";
    EXPECT_EQ(system_->pending(), 0);
}

}  // namespace slow_lease_test
}  // namespace e2e
