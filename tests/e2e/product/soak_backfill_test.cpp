// A back-fill of a company's whole past: how much memory it takes, of the command and of the agent.
#include <algorithm>
#include <iostream>
#include <vector>

#include "e2e/harness/process_facts.hpp"
#include "e2e/product/history_fixture.hpp"

namespace e2e {
namespace soak_backfill_test {

using namespace std::chrono_literals;

class BackfillSoak : public HistoryTest {
protected:
    static constexpr int invitees = 100'000;
    static constexpr int of_a_meeting = 5;
    static constexpr std::size_t most_memory = 40 << 20;

    // Five invitees a meeting, a meeting every ten minutes.
    void book_the_past() {
        constexpr int at_once = 500;
        for (int first = 0; first < invitees; first += at_once) {
            json::array actions;
            for (int i = first; i < first + at_once; ++i) actions.push_back(past_booking(i));
            happen(std::move(actions));
        }
    }

    static json::object past_booking(int i) {
        const auto meeting = i / of_a_meeting;
        auto action = booking("p" + std::to_string(i), {{"created_at", moment(-9000h)}});
        const auto id = "M" + std::to_string(meeting);
        if (i % of_a_meeting != 0) {
            for (const auto* member : {"event_id", "start_time"}) action.erase(member);
            action["event"] = id;
            return action;
        }
        action["event_id"] = id;
        action["event_type"] = "GROUPWORKSHOP003";
        action["start_time"] = moment(-8700h + std::chrono::minutes(10 * meeting));
        return action;
    }
};

TEST_F(BackfillSoak, OfAHundredThousandInviteesTakesNoMoreMemoryThanOfAFew) {
    start();
    book_the_past();
    std::vector<std::string> command{harness::AgentProcess::program(),
                                     "backfill",
                                     "--from",
                                     day(std::chrono::days(-370)),
                                     "--to",
                                     day(std::chrono::days(1)),
                                     "--config",
                                     system_->write_configuration()};
    harness::Process backfill(command, system_->folder() / "backfill.log");
    const auto calls_before = sandbox().journal_end();
    std::size_t of_command = 0, of_agent = 0, of_agent_early = 0;
    harness::wait_until(
        [&] {
            if (!backfill.running()) return true;
            of_command = std::max(of_command, harness::anonymous_memory(backfill.id()));
            of_agent = std::max(of_agent, harness::anonymous_memory(agent().id()));
            if (sandbox().journal_end() < calls_before + invitees / 10) of_agent_early = of_agent;
            std::this_thread::sleep_for(200ms);
            return false;
        },
        "the back-fill should come to its end", 60min);
    EXPECT_EQ(backfill.wait(), 0) << harness::read_file(system_->folder() / "backfill.log");
    EXPECT_GE(redis().integer({"DBSIZE"}), invitees) << "a ledger a person";
    EXPECT_EQ(system_->backlog(), 0);
    EXPECT_EQ(system_->dead(), 0);
    std::cout << "memory, bytes: of the command " << of_command << ", of the agent " << of_agent
              << ", after the first tenth " << of_agent_early << std::endl;
    if (harness::is_sanitized(agent().id())) return;
    EXPECT_LT(of_command, most_memory);
    EXPECT_LT(of_agent, most_memory);
    EXPECT_LT(of_agent, of_agent_early + (4 << 20)) << "flat after the first tenth";
}

}  // namespace soak_backfill_test
}  // namespace e2e
