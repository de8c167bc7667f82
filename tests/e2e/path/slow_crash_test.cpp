// An agent is killed at every step between reading an entry and deleting it, and another one ends it right.
// Label: slow.
#include <list>
#include <map>

#include "e2e/path/crash_fixture.hpp"

namespace e2e {
namespace slow_crash_test {

enum class Change { booking, cancellation };

// What becomes of a person: the killed agent was about the first change, and the opposite follows.
struct Story {
    std::string person;
    Change first;
    bool is_overtaken;               // the opposite follows before anybody has taken over
    std::vector<std::string> ids{};  // of the invitees

    Change opposite() const { return first == Change::booking ? Change::cancellation : Change::booking; }
};

using TimesSent = std::map<std::string, int>;  // by change id, with the invitee's id instead of its URI

class AtStep : public CrashTest, public testing::WithParamInterface<CrashPoint> {
protected:
    // Whoever cancels had booked.
    void start_and_end_with_bookings() {
        start();
        sandbox().book({{"email", "whoever@example.org"}});
        for (auto& story : stories_)
            if (story.first == Change::cancellation) happen(Change::booking, story);
        settle();
        EXPECT_EQ(agent().stop(), 0);
    }

    // Who books joins a list and leaves none: there is no such step.
    bool has_step(const Story& story) const {
        return steps.at(GetParam().step).name != "leave" || story.first == Change::cancellation;
    }

    void happen(Change change, Story& story) {
        if (change == Change::cancellation) {
            sandbox().cancel(story.ids.back());
        } else {
            story.ids.push_back(sandbox().book({{"email", story.person},
                                                {"timezone", "Europe/Oslo"},
                                                {"start_time", "2030-05-06T07:00:00Z"}}));
        }
        harness::wait_until([&] { return !sandbox().has_pending_deliveries(); }, "it should be stored");
    }

    void expect_contact_after(Change last, const Story& story) {
        const bool is_booked = last == Change::booking;
        EXPECT_EQ(attribute(story.person, "BOOKING_STATUS"), is_booked ? "booked" : "cancelled");
        EXPECT_EQ(attribute(story.person, "FIRSTNAME"), "Ann Bee");
        EXPECT_EQ(attribute(story.person, "MEETING_DATE"), "2030-05-06T09:00:00+02:00");
        EXPECT_EQ(lists(story.person), is_booked ? "[10]" : "[20]") << "the others are left";
        EXPECT_FALSE(has_progress(story.person));
        EXPECT_FALSE(is_leased(story.person));
    }

    // The first change's event is sent again only if the killed agent could not say that it was. A booking
    // whose cancellation was faster is not sent, unless both are read at once.
    int times_sent_first(const Story& story) const {
        const auto& point = GetParam();
        if (point.is_done("commit")) return 1;
        const int by_the_killed = point.is_done("event") ? 1 : 0;
        const bool is_outdated =
            story.is_overtaken && story.first == Change::booking && point.is_done("read");
        return by_the_killed + (is_outdated ? 0 : 1);
    }

    TimesSent expected(const Story& story) const {
        const auto& ids = story.ids;
        const int first = times_sent_first(story);
        if (story.first == Change::cancellation)
            return {{"invitee.created:" + ids.at(0), 1},
                    {"invitee.canceled:" + ids.at(0), first},
                    {"invitee.created:" + ids.at(1), 1}};
        TimesSent times{{"invitee.canceled:" + ids.at(0), 1}};
        if (first > 0) times["invitee.created:" + ids.at(0)] = first;
        return times;
    }

    TimesSent sent(const Story& story) {
        TimesSent times;
        for (const auto& event : sandbox().events(story.person)) {
            const auto id = text_at(event, "/event_properties/change_id");
            ++times[id.substr(0, id.find(':') + 1) + id.substr(id.rfind('/') + 1)];
        }
        return times;
    }

    std::list<Story> stories_ = {{"books@example.org", Change::booking, false},
                                 {"cancels@example.org", Change::cancellation, false},
                                 {"books.and.cancels@example.org", Change::booking, true},
                                 {"cancels.and.books@example.org", Change::cancellation, true}};
};

TEST_P(AtStep, EndsRight) {
    stories_.remove_if([&](const auto& story) { return !has_step(story); });
    start_and_end_with_bookings();
    for (auto& story : stories_) {
        happen(story.first, story);
        crash(GetParam(), story.person, story.first == Change::cancellation);
    }
    for (auto& story : stories_)
        if (story.is_overtaken) happen(story.opposite(), story);
    take_over();
    for (auto& story : stories_) {
        SCOPED_TRACE("taken over: " + story.person);
        expect_contact_after(story.is_overtaken ? story.opposite() : story.first, story);
        if (!story.is_overtaken) happen(story.opposite(), story);
    }
    settle();
    for (const auto& story : stories_) {
        SCOPED_TRACE("in the end: " + story.person);
        expect_contact_after(story.opposite(), story);
        EXPECT_EQ(sent(story), expected(story));
    }
}

INSTANTIATE_TEST_SUITE_P(SlowCrash, AtStep, testing::ValuesIn(every_crash_point()),
                         [](const auto& test) { return test.param.name(); });

}  // namespace slow_crash_test
}  // namespace e2e
