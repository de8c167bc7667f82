// The statement that the convergence tests compare Brevo with, on stories whose outcome is known.
#include "e2e/convergence/model.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/convergence/generator.hpp"
#include "e2e/convergence/mapping.hpp"
#include "e2e/harness/random.hpp"

namespace model_test {

using namespace convergence;
using harness::Random;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Moment monday = 1'893'456'000 * second;  // 2030-01-01T00:00:00Z
const std::string discovery = "DISCOVERYCALL001", demo = "PRODUCTDEMO00002", unmapped = "UNMAPPEDTALK0004";
const std::string ann = "ann@x.org", bea = "bea@x.org";

class ConvergenceModel : public testing::Test {
protected:
    // Gives the booking's number. Ids are the number's letter, so that URIs sort by it.
    std::size_t book(Moment at, Moment start, const std::string& type = discovery, Details details = {}) {
        if (details.email.empty()) details.email = ann;
        if (details.name.empty()) details.name = "Ann Bee";
        Booking booking = make(at, start, type);
        booking.details = std::move(details);
        story.bookings.push_back(std::move(booking));
        story.changes.push_back({Happening::booked, at, story.bookings.size() - 1});
        return story.bookings.size() - 1;
    }
    std::size_t move(std::size_t old, Moment at, Moment start, const std::string& email = ann) {
        Booking booking = make(at, start, story.bookings[old].type);
        booking.details = story.bookings[old].details;
        booking.details.email = email;
        booking.replaces = old;
        story.bookings.push_back(std::move(booking));
        story.changes.push_back({Happening::moved, at, old, story.bookings.size() - 1});
        return story.bookings.size() - 1;
    }
    void cancel(std::size_t booking, Moment at, std::optional<std::string> reason = std::nullopt) {
        Change change{Happening::canceled, at, booking};
        change.reason = std::move(reason);
        story.changes.push_back(std::move(change));
    }
    void mark(std::size_t booking, Moment at, const std::string& id) {
        story.changes.push_back({Happening::no_show, at, booking, 0, id});
    }
    void undo(std::size_t booking, Moment at, const std::string& id) {
        story.changes.push_back({Happening::undone, at, booking, 0, id});
    }
    Details saying(std::vector<Question> answers) const {
        Details details;
        details.answers = std::move(answers);
        return details;
    }

    ExpectedContact contact(const std::string& person = ann) const {
        return expected_contact(story, story.changes.size(), person, rules);
    }
    std::string attribute(const std::string& name, const std::string& person = ann) const {
        const auto all = contact(person).attributes;
        const auto found = all.find(name);
        if (found == all.end()) return "(none)";
        return found->second.is_string() ? std::string(found->second.as_string())
                                         : json::serialize(found->second);
    }
    // The number of the booking that describes the contact.
    std::size_t described() const {
        const auto uri = attribute("INVITEE_URI");
        for (std::size_t i = 0; i < story.bookings.size(); ++i)
            if (invitee_uri(story.bookings[i]) == uri) return i;
        throw std::out_of_range(uri);
    }

    Story story;
    ContactRules rules;

private:
    Booking make(Moment at, Moment start, const std::string& type) const {
        Booking booking;
        booking.id = std::string("I") + static_cast<char>('A' + story.bookings.size());
        booking.event = std::string("E") + static_cast<char>('A' + story.bookings.size());
        booking.type = type;
        booking.created = at;
        booking.start = start;
        return booking;
    }
};

TEST_F(ConvergenceModel, ABookingDescribesItsPerson) {
    Details details;
    details.email = " Ann@X.org ";
    details.timezone = "Asia/Kolkata";
    book(monday, monday + 20 * hour, discovery, details);
    EXPECT_EQ(attribute("BOOKING_STATUS"), "booked");
    EXPECT_EQ(attribute("MEETING_DATE"), "2030-01-02T01:30:00+05:30");
    EXPECT_EQ(attribute("MEETING_END"), "2030-01-02");
    EXPECT_EQ(attribute("CALENDLY_EVENT_TYPE"), "Discovery Call");
    EXPECT_EQ(attribute("FIRSTNAME"), "Ann");
    EXPECT_EQ(attribute("LASTNAME"), "Bee");
    EXPECT_EQ(attribute("BOOKINGS"), "1");
    EXPECT_EQ(attribute("REASON"), "(none)");
    EXPECT_THAT(contact().lists, ElementsAre(10));
}

TEST_F(ConvergenceModel, ACancellationLeavesTheMappedListAndJoinsItsOwn) {
    const auto a = book(monday, monday + day);
    cancel(a, monday + hour, "Ill");
    EXPECT_EQ(attribute("BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(attribute("REASON"), "Ill");
    EXPECT_EQ(attribute("CANCELLATIONS"), "1");
    EXPECT_THAT(contact().lists, ElementsAre(20));
    rules.leave_lists = false;
    EXPECT_THAT(contact().lists, ElementsAre(10, 20));
}

TEST_F(ConvergenceModel, AfterACancellationTheSoonestThatLiesAheadDescribes) {
    const auto a = book(monday, monday + 5 * day, demo);
    const auto later = book(monday, monday + 4 * day);
    const auto sooner = book(monday, monday + 3 * day, unmapped);
    const auto past = book(monday, monday + hour);
    cancel(a, monday + day);
    EXPECT_EQ(described(), sooner);
    EXPECT_THAT(contact().lists, ElementsAre(10));
    cancel(sooner, monday + 2 * day);
    EXPECT_EQ(described(), later);
    cancel(later, monday + 3 * day);
    EXPECT_EQ(described(), later) << "booking " << past << " is over";
    EXPECT_EQ(attribute("BOOKING_STATUS"), "cancelled");
    EXPECT_THAT(contact().lists, ElementsAre(10, 20));
}

TEST_F(ConvergenceModel, OfThoseThatChangedAtOnceTheStateDecidesThenTheStartThenTheUri) {
    const auto canceled = book(monday, monday + 9 * hour);
    const auto no_show = book(monday, monday + 8 * hour);
    cancel(canceled, monday + day);
    mark(no_show, monday + day, "M");
    EXPECT_EQ(described(), no_show);
    EXPECT_THAT(contact().lists, ElementsAre(10, 21));
    const auto booked = book(monday + day, monday + hour);
    EXPECT_EQ(described(), booked);
    const auto starts_later = book(monday + day, monday + 2 * hour);
    EXPECT_EQ(described(), starts_later);
    const auto greater_uri = book(monday + day, monday + 2 * hour);
    EXPECT_EQ(described(), greater_uri);
}

TEST_F(ConvergenceModel, EqualStartsAmongTheSoonestTheSmallerUri) {
    const auto smaller = book(monday, monday + 3 * day);
    book(monday, monday + 3 * day);
    cancel(book(monday, monday + 2 * day), monday + day);
    EXPECT_EQ(described(), smaller);
}

TEST_F(ConvergenceModel, ARescheduledBookingIsNoneAnyMore) {
    const auto a = book(monday, monday + day);
    const auto b = move(a, monday + hour, monday + 2 * day);
    EXPECT_EQ(described(), b);
    EXPECT_EQ(attribute("BOOKINGS"), "1");
    EXPECT_THAT(contact().lists, ElementsAre(10));
    cancel(b, monday + 2 * hour);
    EXPECT_EQ(attribute("BOOKING_STATUS"), "cancelled");
    EXPECT_THAT(contact().lists, ElementsAre(20));
}

TEST_F(ConvergenceModel, WhoseOnlyBookingWentToSomebodyElseIsCancelledWithItsDateAndNoList) {
    move(book(monday, monday + day), monday + hour, monday + 2 * day, bea);
    EXPECT_EQ(attribute("BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(attribute("MEETING_DATE"), "2030-01-02T00:00:00+00:00");
    EXPECT_EQ(attribute("BOOKINGS"), "0");
    EXPECT_THAT(contact().lists, IsEmpty());
    EXPECT_EQ(attribute("BOOKING_STATUS", bea), "booked");
    EXPECT_EQ(attribute("MEETING_DATE", bea), "2030-01-03T00:00:00+00:00");
    EXPECT_THAT(contact(bea).lists, ElementsAre(10));
}

TEST_F(ConvergenceModel, WhatTheDescribedBookingLacksComesFromTheNextThatHasIt) {
    const auto moved = book(monday, monday + 9 * day);
    const auto oldest = book(monday, monday + day);
    const auto older = book(monday + hour, monday + day);
    book(monday + 2 * hour, monday + day);
    story.bookings[moved].place = {"physical", "moved away", ""};
    move(moved, monday + 3 * hour, monday + day, bea);
    EXPECT_EQ(attribute("LOCATION"), "moved away") << "a rescheduled one is the last to be asked";
    story.bookings[oldest].place = {"physical", "oldest", "https://o"};
    EXPECT_EQ(attribute("LOCATION"), "oldest");
    story.bookings[older].place = {"physical", "older", ""};
    EXPECT_EQ(attribute("LOCATION"), "older");
    EXPECT_EQ(attribute("JOIN_URL"), "https://o");
}

TEST_F(ConvergenceModel, WhatAPersonSaidIsTheNewestThatIsNotEmptyAndFits) {
    book(monday, monday + day, discovery,
         saying({{"Company", "Dock"}, {"Phone", "0033 612345678"}, {"Budget", "12"}, {"Newsletter", "Yes"}}));
    EXPECT_EQ(attribute("SMS"), "33612345678");
    book(
        monday + hour, monday + day, discovery,
        saying({{"What is your company?", ""}, {"Phone", "ask"}, {"Budget", "a lot"}, {"Newsletter", "no"}}));
    EXPECT_EQ(attribute("COMPANY"), "Dock");
    EXPECT_EQ(attribute("SMS"), "33612345678");
    EXPECT_EQ(attribute("BUDGET"), "1.2E1");
    EXPECT_EQ(attribute("NEWSLETTER"), "false");
    EXPECT_EQ(attribute("JOB_TITLE"), "(none)");
}

TEST_F(ConvergenceModel, AnUndoneNoShowCountsFromTheWholeSecondThatTheEnvelopeTells) {
    const auto a = book(monday, monday + day);
    mark(a, monday + day, "M");
    EXPECT_EQ(attribute("NO_SHOWS"), "1");
    undo(a, monday + 2 * day + second / 2, "M");
    EXPECT_EQ(attribute("BOOKING_STATUS"), "booked");
    EXPECT_EQ(attribute("NO_SHOWS"), "0");
    const auto b = book(monday + 2 * day + 1, monday + day);
    EXPECT_EQ(described(), b);
    mark(a, monday + 3 * day + 7, "N");
    undo(a, monday + 3 * day + 9, "N");
    book(monday + 3 * day + 6, monday + day);
    EXPECT_EQ(described(), a) << "not before its no-show";
}

TEST_F(ConvergenceModel, KnowsPeopleOnceTheyBookedOrWereGivenABooking) {
    move(book(monday, monday + day), monday + hour, monday + 2 * day, bea);
    EXPECT_THAT(known_people(story, 1), ElementsAre(ann));
    EXPECT_THAT(known_people(story, 2), ElementsAre(ann, bea));
    EXPECT_THROW(expected_contact(story, 1, bea, rules), std::out_of_range);
}

TEST_F(ConvergenceModel, EveryChangeIsOneEvent) {
    const auto a = book(monday, monday + day);
    const auto b = move(a, monday + hour, monday + 2 * day, bea);
    mark(b, monday + 2 * day, "M");
    undo(b, monday + 3 * day, "M");
    cancel(b, monday + 4 * day);
    std::vector<std::string> told;
    for (const auto& one : transitions(story))
        told.push_back(one.person + " " + one.event + " " + one.change_id);
    const std::string api = "https://api.calendly.com/";
    EXPECT_THAT(
        told, ElementsAre(
                  "ann@x.org calendly_booked invitee.created:" + api + "scheduled_events/EA/invitees/IA",
                  "bea@x.org calendly_rescheduled invitee.created:" + api + "scheduled_events/EB/invitees/IB",
                  "bea@x.org calendly_no_show invitee_no_show.created:" + api + "invitee_no_shows/M",
                  "bea@x.org calendly_no_show_undone invitee_no_show.deleted:" + api + "invitee_no_shows/M",
                  "bea@x.org calendly_canceled invitee.canceled:" + api + "scheduled_events/EB/invitees/IB"));
}

TEST_F(ConvergenceModel, WhatNothingCanHaveOvertakenMustBeSent) {
    constexpr auto never = std::numeric_limits<std::size_t>::max();
    const auto a = book(monday, monday + day);  // 0
    mark(a, monday + 2 * day, "M");             // 1
    undo(a, monday + 3 * day, "M");             // 2
    const auto must = [&](std::size_t change, std::vector<std::size_t> known) {
        return must_be_sent(story, change, [&](std::size_t i) { return known[i]; });
    };
    EXPECT_FALSE(must(0, {never, never, never})) << "the no-show may have come first";
    EXPECT_TRUE(must(0, {1, never, never}));
    EXPECT_FALSE(must(1, {never, 3, never}));
    EXPECT_TRUE(must(1, {never, 2, never}));
    EXPECT_FALSE(must(2, {never, never, never})) << "perhaps it was never held";
    EXPECT_TRUE(must(2, {never, 2, never}));
    cancel(a, monday + 4 * day);  // 3
    EXPECT_TRUE(must(3, {never, never, never, never}));
    EXPECT_FALSE(must(2, {never, 2, 4, never}));
    EXPECT_TRUE(must(2, {never, 2, 3, never}));
}

TEST(ConvergenceClock, ShowsLocalTimes) {
    EXPECT_EQ(local_text(monday, ""), "2030-01-01T00:00:00+00:00");
    EXPECT_EQ(local_text(monday, "America/Phoenix"), "2029-12-31T17:00:00-07:00");
    EXPECT_EQ(local_day(monday, "America/Phoenix"), "2029-12-31");
}

TEST(ConvergenceStories, AreDeterminedByTheirSeed) {
    const auto text = [](std::uint64_t seed) {
        const auto story = make_story(seed, {});
        std::string lines;
        for (std::size_t i = 0; i < story.changes.size(); ++i) lines += describe(story, i) + "\n";
        return lines;
    };
    EXPECT_EQ(text(7), text(7));
    EXPECT_NE(text(7), text(8));
}

TEST(ConvergenceRandom, IsTheSameEverywhere) {
    EXPECT_EQ(Random(0).next(), 0xe220a8397b1dcdafU);
    std::vector<int> numbers = {1, 2, 3, 4, 5, 6};
    Random(1).shuffle(numbers);
    EXPECT_THAT(numbers, testing::UnorderedElementsAre(1, 2, 3, 4, 5, 6));
    Random random(2);
    for (int i = 0; i < 1000; ++i) {
        EXPECT_LT(random.below(3), 3U);
        EXPECT_THAT(random.between(-1, 1), testing::AllOf(testing::Ge(-1), testing::Le(1)));
    }
}

// One story has all of it.
TEST(ConvergenceStories, HoldWhateverCanHappen) {
    const auto story = make_story(1, {});
    std::map<std::string, int> met;
    for (std::size_t i = 0; i < story.changes.size(); ++i) {
        const auto& change = story.changes[i];
        const auto& booking = story.bookings[change.booking];
        ++met[std::to_string(static_cast<int>(change.what))];
        if (i > 0 && story.changes[i - 1].at == change.at) ++met["at once"];
        if (booking.joins) ++met["group"];
        if (change.lost == LostHalf::old_half) ++met["old half lost"];
        if (change.lost == LostHalf::new_half) ++met["new half lost"];
        if (change.what != Happening::moved) continue;
        const auto& next = story.bookings[change.next];
        if (person_of(next.details.email) != person_of(booking.details.email)) ++met["to somebody else"];
        if (booking.replaces) ++met["again"];
    }
    for (const auto* what : {"0", "1", "2", "3", "4", "at once", "group", "old half lost", "new half lost",
                             "to somebody else", "again"})
        EXPECT_GE(met[what], 3) << what;
    std::map<std::size_t, Moment> changed;
    for (const auto& change : story.changes) {
        EXPECT_TRUE(!changed.contains(change.booking) || changed[change.booking] < change.at);
        changed[change.booking] = change.at;
    }
}

}  // namespace model_test
