// The timeline as the agent writes it, and tail, which shows it.
#include <csignal>

#include "e2e/harness/process.hpp"
#include "e2e/product/letters_fixture.hpp"

namespace e2e {
namespace timeline_test {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string timeline = "calendly:{calendly}:timeline";

class ProductTimeline : public LettersTest {
protected:
    // The lines that tail has printed, while it runs.
    std::vector<json::value> tailed() {
        std::vector<json::value> lines;
        auto text = harness::read_file(output());
        for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
            lines.push_back(json::parse(text.substr(0, end)));
            text.erase(0, end + 1);
        }
        return lines;
    }

    harness::Process tail(std::vector<std::string> more) {
        std::vector<std::string> command{harness::AgentProcess::program(), "tail", "--json"};
        command.insert(command.end(), more.begin(), more.end());
        command.insert(command.end(), {"--config", system_->write_configuration()});
        ++tails_;
        return harness::Process(command, output());
    }

    // Everything that there is, oldest first.
    std::vector<json::value> all_of_it() {
        auto process = tail({"--after", "0-0"});
        const auto length = system_->redis().client().integer({"XLEN", timeline});
        harness::wait_until([&] { return tailed().size() >= static_cast<std::size_t>(length); },
                            "tail should show it");
        EXPECT_EQ(process.stop(), 0);
        return tailed();
    }

private:
    std::filesystem::path output() const {
        return system_->folder() / ("tail" + std::to_string(tails_) + ".output");
    }

    int tails_ = 0;
};

TEST_F(ProductTimeline, TellsWhatBecameOfEachDelivery) {
    start();
    sandbox().hold();
    const auto ann = sandbox().book({{"email", "ann@example.com"}});
    const auto body = sandbox().held_bodies().at(sandbox().held().at(0));
    sandbox().release_all();
    settle();
    ASSERT_EQ(system_->post(body), 200u);
    settle();
    sandbox().reschedule(ann);
    settle();
    bury({"bea@example.com"});
    const auto told = all_of_it();
    ASSERT_GE(told.size(), 4u);
    EXPECT_EQ(text_at(told.at(0), "/event"), "calendly_booked");
    EXPECT_EQ(text_at(told.at(0), "/outcome"), "synced");
    EXPECT_EQ(text_at(told.at(0), "/person"), "a...@example.com");
    EXPECT_EQ(text_at(told.at(0), "/steps/0/kind"), "link");
    const auto steps = text_at(told.at(0), "/steps");
    EXPECT_THAT(steps, AllOf(HasSubstr(R"("kind":"contact","status":201)"),
                             HasSubstr(R"("kind":"event","status":204)")));
    const auto events = sandbox().events("ann@example.com");
    EXPECT_EQ(text_at(told.at(0), "/change_id"), text_at(events.at(0), "/event_properties/change_id"));
    EXPECT_EQ(text_at(told.at(1), "/outcome"), "repeated");
    EXPECT_EQ(text_at(told.at(2), "/event"), "calendly_rescheduled");
    EXPECT_EQ(text_at(told.back(), "/outcome"), "dead");
    EXPECT_THAT(text_at(told.back(), "/reason"), HasSubstr("400"));
    EXPECT_THAT(text_at(told.back(), "/steps"), HasSubstr(R"("status":400)"));
}

TEST_F(ProductTimeline, ThatCannotBeWrittenKeepsNothingFromBeingDone) {
    allow_error("timeline");
    start();
    system_->redis().client().text({"SET", timeline, "somebody's own"});
    sandbox().book({{"email", "ann@example.com"}});
    settle();
    EXPECT_EQ(attribute("ann@example.com", "BOOKING_STATUS"), "booked");
    EXPECT_EQ(system_->backlog(), 0);
    bury({"bea@example.com"});
    EXPECT_EQ(system_->dead(), 1);
    EXPECT_THAT(agent().log(), HasSubstr("timeline cannot be written"));
}

TEST_F(ProductTimeline, IsOnlyAsLongAndAsOldAsConfigured) {
    auto options = with({{"timeline", "{entries: 100, age: 1h}"}});
    start(std::move(options));
    auto client = system_->redis().client();
    for (int i = 0; i < 400; ++i)
        client.text({"XADD", timeline, "1-" + std::to_string(i + 1), "person", "old@example.com"});
    sandbox().book({{"email", "ann@example.com"}});
    settle();
    EXPECT_EQ(client.integer({"XLEN", timeline}), 1) << "nothing is older than an hour";
    const auto left = client.integer({"PTTL", timeline});
    EXPECT_GT(left, 0);
    EXPECT_LE(left, 3'600'000);
}

TEST_F(ProductTimeline, OfRecentEntriesAboutAsManyStayAsConfigured) {
    start(with({{"timeline", "{entries: 100, age: 1h}"}}));
    auto client = system_->redis().client();
    for (int i = 0; i < 1000; ++i) client.text({"XADD", timeline, "*", "person", "old@example.com"});
    sandbox().book({{"email", "ann@example.com"}});
    settle();
    // Redis takes away whole nodes of a hundred.
    EXPECT_GE(client.integer({"XLEN", timeline}), 100);
    EXPECT_LE(client.integer({"XLEN", timeline}), 300);
}

TEST_F(ProductTimeline, NamesTheAttributesThatBrevoDidNotTake) {
    start();
    const json::object answers{{"Phone", "+33612345678"}, {"Company", "Dock & Co"}};
    for (const auto* person : {"ann@example.com", "bea@example.com"}) {
        sandbox().book({{"email", person}, {"questions_and_answers", answers}});
        settle();
    }
    const auto lines = all_of_it();
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(text_at(lines[0], "/steps/2/left_out"), "(none)");
    EXPECT_EQ(text_at(lines[1], "/steps/2/left_out"), R"(["SMS"])") << "it is ann's";
    EXPECT_EQ(text_at(lines[1], "/outcome"), "synced");
}

TEST_F(ProductTimeline, TailShowsWhatComesFromNowOnAndGoesOnById) {
    start();
    sandbox().book({{"email", "before@example.com"}});
    settle();
    auto process = tail({"--reveal"});
    // It has asked for the newest one when it looks again and again.
    harness::wait_until(
        [&] {
            return system_->redis().client().text({"INFO", "commandstats"}).find("xrevrange") !=
                   std::string::npos;
        },
        "tail should have begun");
    sandbox().book({{"email", "ann@example.com"}});
    settle();
    harness::wait_until([&] { return !tailed().empty(); }, "tail should show it");
    EXPECT_EQ(text_at(tailed().at(0), "/person"), "ann@example.com");
    const auto id = text_at(tailed().at(0), "/id");
    EXPECT_EQ(process.stop(), 0);
    sandbox().book({{"email", "bea@example.com"}});
    settle();
    auto resumed = tail({"--after", id});
    harness::wait_until([&] { return !tailed().empty(); }, "tail should go on");
    EXPECT_EQ(text_at(tailed().at(0), "/person"), "b...@example.com");
    EXPECT_EQ(resumed.stop(), 0);
    EXPECT_EQ(run({"tail", "--after", "nonsense"}).exit_code, 2);
}

TEST_F(ProductTimeline, TailSaysWhenSomethingIsMissing) {
    lay();
    auto client = system_->redis().client();
    for (int i = 1; i <= 5; ++i)
        client.text(
            {"XADD", timeline, std::to_string(i) + "-0", "person", "ann@example.com", "outcome", "synced"});
    client.integer({"XTRIM", timeline, "MINID", "4"});
    auto process = tail({"--after", "2-0"});
    harness::wait_until([&] { return tailed().size() >= 3; }, "tail should show it");
    EXPECT_EQ(process.stop(), 0);
    EXPECT_EQ(text_at(tailed().at(0), "/gap"), "true");
    EXPECT_EQ(text_at(tailed().at(0), "/after"), "2-0");
    EXPECT_EQ(text_at(tailed().at(1), "/id"), "4-0");
    auto whole = tail({"--after", "4-0"});
    harness::wait_until([&] { return !tailed().empty(); }, "tail should show the last one");
    EXPECT_EQ(whole.stop(), 0);
    EXPECT_EQ(text_at(tailed().at(0), "/id"), "5-0") << "nothing is missing";
}

TEST_F(ProductTimeline, ATailWaitsForARedisThatIsAway) {
    start();
    auto process = tail({"--after", "0-0"});
    sandbox().book({{"email", "ann@example.com"}});
    settle();
    harness::wait_until([&] { return tailed().size() == 1; }, "tail should show it");
    allow_error("Redis");
    system_->redis().client().command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
    sandbox().book({{"email", "bea@example.com"}});
    settle();
    harness::wait_until([&] { return tailed().size() == 2; }, "tail should go on");
    EXPECT_EQ(process.stop(), 0);
}

}  // namespace timeline_test
}  // namespace e2e
