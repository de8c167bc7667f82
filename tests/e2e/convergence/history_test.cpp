// Bookings of which no webhook ever told, and `calendly-brevo backfill`: in the end Brevo has what the story
// says.
#include <algorithm>
#include <chrono>
#include <set>

#include <gtest/gtest.h>

#include "e2e/convergence/diagnosis.hpp"
#include "e2e/convergence/generator.hpp"
#include "e2e/convergence/verdict.hpp"

namespace convergence {
namespace history_test {

// Of a no-show that was taken back Calendly's listings tell nothing.
Story as_listings_tell(Story story) {
    std::set<std::string> undone;
    for (const auto& change : story.changes)
        if (change.what == Happening::undone) undone.insert(change.no_show);
    std::erase_if(story.changes, [&](const Change& change) { return undone.contains(change.no_show); });
    return story;
}

// Three days ago it was over: changes of the last day are never quiet.
Story in_the_past(Story story) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto end = std::chrono::floor<std::chrono::days>(now).count() * day - 3 * day;
    const auto days_to_go = (story.changes.back().at - end) / day + 1;
    for (auto& booking : story.bookings) {
        booking.created -= days_to_go * day;
        booking.start -= days_to_go * day;
    }
    for (auto& change : story.changes) change.at -= days_to_go * day;
    return story;
}

struct Size {
    StorySize story;
    std::size_t kills = 0;  // of the command; and as often of an agent, when `agents_too`
    bool agents_too = false;
};

class Past {
public:
    Past(std::uint64_t seed, const Size& size, ContactRules rules)
        : size_(size),
          random_(seed),
          rules_(rules),
          story_(in_the_past(as_listings_tell(make_story(seed, size.story)))),
          world_(story_, {rules, 1, false}) {
        for (std::size_t left = story_.changes.size(); left > 0; left -= std::min<std::size_t>(left, 500))
            world_.play(std::min<std::size_t>(left, 500));
        world_.start_agent();
        world_.start_agent();
    }

    // With so many kills on the way, then to its end.
    void backfill(std::vector<std::string> more) {
        for (std::size_t kill = 0; kill < size_.kills; ++kill) interrupt(more, kill);
        harness::Process last(command(more), log("last"));
        EXPECT_EQ(last.wait(std::chrono::minutes(20)), 0) << harness::read_file(log("last"));
    }

    void expect_nothing_left() {
        EXPECT_EQ(world_.system().backlog(), 0);
        EXPECT_EQ(world_.system().pending(), 0);
        EXPECT_EQ(world_.system().dead(), 0);
        EXPECT_EQ(harness::alarming_lines(world_.system().folder().path()), "");
    }

    void expect(const Findings& findings) {
        if (!findings.empty()) ADD_FAILURE() << diagnose(story_, world_, rules_, findings);
    }
    void expect_contacts() {
        expect(judge_contacts(story_, story_.changes.size(), rules_, world_.system().sandbox()));
    }

    std::size_t writes() {
        const auto calls = world_.system().sandbox().calls("brevo");
        return static_cast<std::size_t>(std::ranges::count(calls, "POST /contacts"));
    }
    Evidence evidence() { return gather_evidence(world_); }
    const Story& story() const { return story_; }
    World& world() { return world_; }

private:
    std::filesystem::path log(const std::string& name) {
        return world_.system().folder() / ("backfill-" + name + ".log");
    }

    std::vector<std::string> command(const std::vector<std::string>& more) {
        const auto [first, last] = std::ranges::minmax(story_.bookings, {}, &Booking::start);
        std::vector<std::string> words{harness::AgentProcess::program(),
                                       "backfill",
                                       "--from",
                                       iso_text(first.start - 2 * day).substr(0, 10),
                                       "--to",
                                       iso_text(last.start + 2 * day).substr(0, 10),
                                       "--config",
                                       world_.system().write_configuration()};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }

    // SIGKILL after some calls of Calendly's.
    void interrupt(const std::vector<std::string>& more, std::size_t number) {
        harness::Process killed(command(more), log(std::to_string(number)));
        auto& sandbox = world_.system().sandbox();
        const auto until = sandbox.journal_end() + 50 + random_.below(story_.bookings.size() / 4);
        harness::wait_until([&] { return !killed.running() || sandbox.journal_end() > until; },
                            "the command should get on", std::chrono::minutes(5));
        if (size_.agents_too) world_.kill_agent(number % 2, random_.below(100));
        if (killed.running()) killed.signal(SIGKILL);
        killed.wait();
        auto redis = world_.system().redis().client();
        redis.command({"DEL", shared::connector_key("calendly", "backfill:lock")});  // or 30 s later
    }

    Size size_;
    Random random_;
    ContactRules rules_;
    Story story_;
    World world_;
};

std::size_t people_in(const Story& story) {
    return known_people(story, story.changes.size()).size();
}

void expect_quiet(std::uint64_t seed, const Size& size) {
    Past past(seed, size, {.leave_lists = true, .joins_lists = false});
    past.backfill({});
    past.expect_nothing_left();
    past.expect_contacts();
    EXPECT_TRUE(past.evidence().events.empty()) << "history is quiet";
    EXPECT_LE(past.writes(), people_in(past.story()) * 11 / 10);
    std::cout << "seed " << seed << ": " << past.story().bookings.size() << " bookings of "
              << people_in(past.story()) << " people, " << past.writes() << " writes, "
              << past.world().kills().size() << " agents killed" << std::endl;
}

void expect_loud(std::uint64_t seed, const Size& size) {
    Past past(seed, size, {});
    past.backfill({"--events", "--lists"});
    past.expect_nothing_left();
    past.expect_contacts();
    past.expect(judge_events(past.story(), past.world(), past.evidence(), false));
    std::cout << "seed " << seed << ": " << past.story().bookings.size() << " bookings, "
              << past.evidence().events.size() << " events" << std::endl;
}

// Whoever hands a booking over is written with the other one, and once more with what else there is of
// either.
constexpr std::size_t seldom = 10;
constexpr Size some{{60, 400, seldom}, 5, false};
constexpr Size thousands{{1500, 8600, seldom}, 5, true};

TEST(ConvergenceOfHistory, IsQuiet) {
    expect_quiet(1, some);
}
TEST(ConvergenceOfHistory, WithEventsAndListsIsAsWebhooksWouldHaveBeen) {
    expect_loud(2, some);
}

TEST(ConvergenceOfHistorySoak, OfThousandsIsQuiet) {
    expect_quiet(3, thousands);
}
TEST(ConvergenceOfHistorySoak, OfThousandsWithEventsAndLists) {
    expect_loud(4, thousands);
}
TEST(ConvergenceOfHistorySoak, ManySeeds) {
    for (std::uint64_t seed = 100; seed < 115; ++seed) {
        expect_quiet(seed, {{40, 300, seldom}, 2, true});
        expect_loud(seed, {{40, 300, seldom}, 2, true});
    }
}

}  // namespace history_test
}  // namespace convergence
