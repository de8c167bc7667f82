// A reschedule to another e-mail is about two people and has one commit for both: an agent is killed at every
// step of it that changes anything. Label: slow.
#include "e2e/path/crash_fixture.hpp"

namespace e2e {
namespace slow_crash_move_test {

using testing::Each;
using testing::SizeIs;

constexpr Step contact_of_old{"contact_of_old", Server::brevo, R"("unlinkListIds")"};
constexpr Step record_of_new{"record_of_new", Server::redis, R"({"lists":[)"};
constexpr Step contact_of_new{"contact_of_new", Server::brevo, R"("listIds")"};
constexpr Step event_of_new{"event_of_new", Server::brevo, "POST /v3/events"};
constexpr Step record_of_event{"record_of_event", Server::redis, R"("sent":[)"};
constexpr Step commit_of_both{"commit_of_both", Server::redis, R"("old_invitee":)"};

// The person whose half comes first is told last.
struct Order {
    std::string name;
    std::vector<Step> steps;
    std::string_view remembers_event;  // the step that does
};

const Order canceled_first{
    "canceled_first",
    {record_of_new, contact_of_new, event_of_new, record_of_event, contact_of_old, commit_of_both},
    record_of_event.name};
const Order created_first{"created_first",
                          {contact_of_old, record_of_new, contact_of_new, event_of_new, commit_of_both},
                          commit_of_both.name};

struct Move {
    Step step;
    bool is_after;
    std::string booking;

    std::string name() const { return std::string(step.name) + (is_after ? ".after" : ".before"); }
    std::string from() const { return name() + "@old.example.org"; }
    std::string to() const { return name() + "@new.example.org"; }
};

void PrintTo(const Order& order, std::ostream* out) {
    *out << order.name;
}

class OfAMove : public CrashTest, public testing::WithParamInterface<Order> {
protected:
    std::vector<Move> start_and_end_with_bookings() {
        start();
        std::vector<Move> all;
        for (const auto& step : GetParam().steps)
            for (const bool is_after : {false, true}) {
                auto& move = all.emplace_back(Move{step, is_after, {}});
                move.booking = sandbox().book({{"email", move.from()}});
            }
        settle();
        EXPECT_EQ(agent().stop(), 0);
        return all;
    }

    // The agent knows one half; the other one waits.
    void crash(const Move& move) {
        const auto stored = system_->backlog();
        const auto waiting = sandbox().held().size();
        sandbox().reschedule(move.booking, {{"email", move.to()}, {"order", GetParam().name}});
        sandbox().release({sandbox().held().at(waiting)});
        harness::wait_until([&] { return system_->backlog() > stored; }, "it should be stored");
        kill_agent_at(move.step, move.is_after);
    }

    // It is out, and the killed agent could not say so.
    static bool is_event_repeated(const Move& move) {
        return move.name() == "event_of_new.after" ||
               (move.step.name == GetParam().remembers_event && !move.is_after);
    }

    void expect_moved(const std::vector<Move>& all) {
        for (const auto& move : all) {
            SCOPED_TRACE(move.name());
            expect_moved(move);
        }
    }

    void expect_moved(const Move& move) {
        EXPECT_EQ(attribute(move.from(), "BOOKING_STATUS"), "cancelled");
        EXPECT_EQ(lists(move.from()), "[]");
        EXPECT_EQ(sandbox().event_names(move.from()), Names{"calendly_booked"});
        EXPECT_EQ(attribute(move.to(), "BOOKING_STATUS"), "booked");
        EXPECT_EQ(lists(move.to()), "[10]");
        Names ids;
        for (const auto& event : sandbox().events(move.to()))
            ids.push_back(text_at(event, "/event_name") + text_at(event, "/event_properties/change_id"));
        ASSERT_THAT(ids, SizeIs(is_event_repeated(move) ? 2 : 1));
        EXPECT_THAT(ids, Each(testing::StartsWith("calendly_rescheduled")));
        EXPECT_THAT(ids, Each(ids.front()));
        for (const auto& person : {move.from(), move.to()}) {
            EXPECT_FALSE(is_leased(person));
            EXPECT_FALSE(has_progress(person));
        }
    }
};

TEST_P(OfAMove, EndsRightForBoth) {
    const auto all = start_and_end_with_bookings();
    sandbox().hold();
    for (const auto& move : all) crash(move);
    take_over();
    expect_moved(all);
    sandbox().release_all();
    settle();
    expect_moved(all);
}

INSTANTIATE_TEST_SUITE_P(SlowCrash, OfAMove, testing::Values(canceled_first, created_first),
                         [](const auto& test) { return test.param.name; });

}  // namespace slow_crash_move_test
}  // namespace e2e
