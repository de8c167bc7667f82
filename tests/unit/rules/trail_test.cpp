// Which links are followed, in which order, and what they tell.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/trail.hpp"
#include "unit/rules/support.hpp"

namespace {

using namespace rules_support;
using calendly::Delivery;
using calendly::DeliveryKind;
using calendly::LinkKind;
using rules::FollowLinks;
using rules::Ledger;
using rules::Trail;
using testing::ElementsAre;
using testing::IsEmpty;

const auto received = Trail::Moment(std::chrono::hours(500'000));
const Story meeting{"1", at("09:00:00"), at("15:00:00")};
const Story next{"2", at("10:00:00"), at("16:00:00")};
const Story last{"3", at("11:00:00"), at("17:00:00")};

std::string path_of(const std::string& uri) {
    return uri.substr(std::string("https://api.calendly.com").size());
}
std::string event_path(const Story& story) {
    return path_of(event_uri(story.name));
}
std::string invitee_path(const Story& story) {
    return path_of(invitee_uri(story.name));
}
std::string no_show_path(const std::string& mark) {
    return path_of(no_show_uri(mark));
}
const std::string type_path = path_of(type_uri("demo"));

Delivery delivery(DeliveryKind kind, const Sighting& shown, Timestamp created = at("12:00:00")) {
    Delivery delivery;
    delivery.kind = kind;
    delivery.created_at = created;
    delivery.invitee = shown.invitee;
    delivery.scheduled_event = shown.event;
    return delivery;
}
Delivery created(const Sighting& shown) {
    return delivery(DeliveryKind::invitee_created, shown);
}
Delivery canceled(const Sighting& shown) {
    return delivery(DeliveryKind::invitee_canceled, shown);
}

Sighting marked(Sighting shown, const std::string& mark, Timestamp when) {
    shown.invitee.no_show = calendly::NoShow{no_show_uri(mark), "", when};
    return shown;
}

Sighting of(Sighting shown, const std::string& email) {
    shown.invitee.email = email;
    return shown;
}

// "canceled 1", of another person "canceled 1 eve@example.com", of one half of a reschedule "moved 1".
std::string as_text(const Sighting& sighting) {
    static const std::map<Change, std::string> names = {
        {Change::booked, "booked"},   {Change::rescheduled, "rescheduled"}, {Change::canceled, "canceled"},
        {Change::no_show, "no_show"}, {Change::no_show_undone, "undone"},   {Change::form_submitted, "form"}};
    const auto& invitee = sighting.invitee;
    auto text = sighting.is_moved ? "moved" : names.at(sighting.change);
    text += " " + invitee.uri.substr(invitee.uri.rfind('I') + 1);
    return invitee.email == "ada@example.com" ? text : text + " " + invitee.email;
}

// Calendly as the test has it: what is not there was never there.
class Calendly {
public:
    Calendly() { answers[type_path] = calendly::EventType{type_uri("demo"), "Demo"}; }

    void has_event(const Sighting& shown) { answers[path_of(shown.event.uri)] = shown.event; }
    void has_invitee(const Sighting& shown) { answers[path_of(shown.invitee.uri)] = shown.invitee; }
    void has(const Sighting& shown) {
        has_event(shown);
        has_invitee(shown);
    }
    void has_no_show(const std::string& mark) {
        answers[no_show_path(mark)] = calendly::NoShow{no_show_uri(mark), "", std::nullopt};
    }
    void refuses(const std::string& path) { answers[path] = Trail::Silence::refused; }

    std::map<std::string, Trail::Answer> answers;
};

// Walks the whole trail; then what was asked and what was told.
class Walk {
public:
    Walk(const Calendly& calendly, const Delivery& delivery, const Ledger& ledger,
         FollowLinks mode = FollowLinks::always) {
        const Trail::Settings settings{mode, "https://calendly.test"};
        Trail trail(delivery, ledger, settings, received);
        while (const auto* question = trail.next()) {
            questions.push_back(*question);
            asked.push_back(question->link.path);
            const auto answer = calendly.answers.find(question->link.path);
            const bool is_silent = answer == calendly.answers.end();
            trail.tell(is_silent ? Trail::Silence::gone : answer->second);
        }
        is_lost = trail.is_lost();
        mistake = trail.mistake();
        sightings = trail.take_sightings();
        for (const auto& sighting : sightings) told.push_back(as_text(sighting));
    }

    // The fallback that the question for the path names.
    std::string fallback_of(const std::string& path) const {
        for (const auto& question : questions)
            if (question.link.path == path)
                return question.fallback ? std::string(to_string(*question.fallback)) : "";
        return "not asked";
    }

    std::vector<Trail::Question> questions;
    std::vector<std::string> asked, told;
    rules::Sightings sightings;
    bool is_lost = false;
    std::string mistake;
};

TEST(Trail, ABookingIsToldWithItsEventAsTheApiHasItAndTheNameOfItsType) {
    Calendly calendly;
    auto newer = meeting.base();
    newer.event.name = "Renamed";
    newer.event.location.clear();
    calendly.has_event(newer);
    auto shown = meeting.base();
    shown.event.location = "Quay 7";
    const Walk walk(calendly, created(shown), {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting)))
        << "the type comes first: its name serves many";
    ASSERT_THAT(walk.told, ElementsAre("booked 1"));
    EXPECT_EQ(walk.sightings[0].event.name, "Renamed");
    EXPECT_EQ(walk.sightings[0].event.location, "Quay 7") << "the delivery's copy completes it";
    EXPECT_EQ(walk.sightings[0].event_type_name, "Demo");
}

TEST(Trail, AnswersMustBeAskedForAfterTheDeliveryExceptTheNameOfAType) {
    Calendly calendly;
    calendly.has_event(meeting.base());
    const Walk walk(calendly, created(meeting.base()), {});
    ASSERT_EQ(walk.questions.size(), 2u);
    EXPECT_EQ(walk.questions[0].asked_since, Trail::Moment::min());
    EXPECT_EQ(walk.questions[1].asked_since, received);
    EXPECT_EQ(walk.questions[1].link.kind, LinkKind::scheduled_event);
}

TEST(Trail, TheCopyInTheDeliveryServesWhereTheEventIsRefusedOrGone) {
    for (const bool is_gone : {true, false}) {
        Calendly calendly;
        if (!is_gone) calendly.refuses(event_path(meeting));
        const Walk walk(calendly, created(meeting.base()), {});
        ASSERT_THAT(walk.told, ElementsAre("booked 1"));
        EXPECT_EQ(walk.sightings[0].event.name, "Meeting 1");
        EXPECT_EQ(walk.fallback_of(event_path(meeting)), "scheduled event, its copy in the delivery serves");
    }
}

TEST(Trail, ADeliveryWithoutACopyIsLostWhereItsEventIsNotToBeHad) {
    auto old = created(meeting.base());
    old.scheduled_event.reset();
    const Walk walk(Calendly(), old, {});
    EXPECT_TRUE(walk.is_lost);
    EXPECT_EQ(walk.mistake, "") << "the API said why";
    EXPECT_EQ(walk.fallback_of(event_path(meeting)), "") << "nothing serves instead";
    EXPECT_THAT(walk.told, IsEmpty());
}

TEST(Trail, ADeliveryWithoutACopyAsksForTheTypeThatItsEventHas) {
    Calendly calendly;
    calendly.has_event(meeting.base());
    auto old = created(meeting.base());
    old.scheduled_event.reset();
    const Walk walk(calendly, old, {});
    EXPECT_THAT(walk.asked, ElementsAre(event_path(meeting), type_path));
    EXPECT_EQ(walk.sightings.at(0).event_type_name, "Demo");
}

TEST(Trail, AnEventThatHasChangedItsTypeIsNamedByTheNewOne) {
    Calendly calendly;
    auto newer = meeting.base();
    newer.event.event_type = type_uri("other");
    calendly.has_event(newer);
    calendly.answers[path_of(type_uri("other"))] = calendly::EventType{type_uri("other"), "Other"};
    const Walk walk(calendly, created(meeting.base()), {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting), path_of(type_uri("other"))));
    EXPECT_EQ(walk.sightings.at(0).event_type_name, "Other");
}

TEST(Trail, ATypeWithoutANameIsNoHindrance) {
    Calendly calendly;
    calendly.has_event(meeting.base());
    calendly.refuses(type_path);
    const Walk walk(calendly, created(meeting.base()), {});
    ASSERT_THAT(walk.told, ElementsAre("booked 1"));
    EXPECT_EQ(walk.sightings[0].event_type_name, "");
    EXPECT_EQ(walk.fallback_of(type_path), "event type, the event's name serves");
}

TEST(Trail, ALinkElsewhereIsNeverFollowed) {
    auto hostile = created(meeting.base());
    hostile.invitee->event = "https://evil.example/scheduled_events/E1";
    const Walk lost(Calendly(), hostile, {});
    EXPECT_TRUE(lost.is_lost);
    EXPECT_EQ(lost.mistake, "payload.event: not the URI of a scheduled event of Calendly's API");
    EXPECT_THAT(lost.asked, IsEmpty());
    hostile.invitee->event = invitee_uri("1");
    EXPECT_TRUE(Walk(Calendly(), hostile, {}).is_lost) << "of another kind";
    hostile.invitee->event = "https://calendly.test/scheduled_events/E1";
    EXPECT_FALSE(Walk(Calendly(), hostile, {}).is_lost) << "the configured API";
}

TEST(Trail, OnlyWhatIsMissingIsAskedForWhenLinksAreNotToBeFollowed) {
    auto shown = marked(meeting.base(), "N", at("12:00:00"));
    const Walk walk(Calendly(), delivery(DeliveryKind::no_show_created, shown), {}, FollowLinks::missing);
    EXPECT_THAT(walk.asked, ElementsAre(type_path)) << "no delivery tells its name";
    EXPECT_THAT(walk.told, ElementsAre("no_show 1")) << "the delivery's word serves";
    auto old = created(meeting.base());
    old.scheduled_event.reset();
    Calendly calendly;
    calendly.has_event(meeting.base());
    EXPECT_THAT(Walk(calendly, old, {}, FollowLinks::missing).asked,
                ElementsAre(event_path(meeting), type_path));
}

TEST(Trail, AnInviteeThatIsShownCanceledIsNotAskedForWhenLinksAreNotToBeFollowed) {
    const auto shown = created(meeting.canceled(at("11:00:00")));
    const Walk walk(Calendly(), shown, {}, FollowLinks::missing);
    EXPECT_THAT(walk.asked, ElementsAre(type_path));
    EXPECT_THAT(walk.told, ElementsAre("booked 1", "canceled 1"));
}

TEST(Trail, ANoShowThatStandsIsTold) {
    Calendly calendly;
    calendly.has_event(meeting.base());
    calendly.has_no_show("N");
    const auto told = delivery(DeliveryKind::no_show_created, marked(meeting.base(), "N", at("12:00:00")));
    const Walk walk(calendly, told, {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting), no_show_path("N")));
    EXPECT_THAT(walk.told, ElementsAre("no_show 1"));
    EXPECT_EQ(walk.sightings.at(0).at, at("12:00:00"));
    EXPECT_TRUE(walk.questions.at(2).can_be_gone);
}

TEST(Trail, ANoShowThatStandsCameLastWhateverTheClocksSay) {
    Calendly calendly;
    calendly.has_no_show("N");
    const auto told = delivery(DeliveryKind::no_show_created, marked(meeting.base(), "N", at("12:00:00")));
    const auto ledger = fold_all({meeting.booked(), meeting.undone("M", at("12:30:00"))});
    EXPECT_EQ(Walk(calendly, told, ledger).sightings.at(0).at, at("12:30:00"));
}

TEST(Trail, ANoShowThatIsGoneWasUndoneAndNeedsNothingMore) {
    const auto told =
        delivery(DeliveryKind::no_show_created, marked(meeting.base(), "N", at("12:00:00")), at("12:00:01"));
    const Walk walk(Calendly(), told, {});
    ASSERT_THAT(walk.told, ElementsAre("undone 1"));
    EXPECT_EQ(walk.sightings[0].at, at("12:00:01")) << "the later of the mark and the delivery";
    EXPECT_EQ(walk.sightings[0].change_id, rules::no_show_id(no_show_uri("N")));
    EXPECT_EQ(walk.sightings[0].no_show, no_show_uri("N"));
}

TEST(Trail, ANoShowThatTheApiDoesNotShowIsTakenAtTheDeliverysWord) {
    Calendly calendly;
    calendly.refuses(no_show_path("N"));
    const auto told = delivery(DeliveryKind::no_show_created, marked(meeting.base(), "N", at("12:00:00")));
    const Walk walk(calendly, told, fold_all({meeting.booked(), meeting.undone("M", at("12:30:00"))}));
    EXPECT_THAT(walk.told, ElementsAre("no_show 1"));
    EXPECT_EQ(walk.sightings.at(0).at, at("12:00:00"));
    EXPECT_EQ(walk.fallback_of(no_show_path("N")), "no-show, the delivery's word serves");
}

TEST(Trail, AnUndoingNamesNoNoShowSoTheOneOfTheLedgerIsAskedFor) {
    const auto told = delivery(DeliveryKind::no_show_deleted, meeting.base(), at("12:10:00"));
    const auto ledger = fold_all({meeting.booked(), meeting.no_show("N", at("12:00:00"))});
    const Walk gone(Calendly(), told, ledger);
    EXPECT_THAT(gone.asked, ElementsAre(type_path, event_path(meeting), no_show_path("N")));
    ASSERT_THAT(gone.told, ElementsAre("undone 1"));
    EXPECT_EQ(gone.sightings[0].change_id, rules::no_show_undone_id(no_show_uri("N")));
    EXPECT_EQ(gone.sightings[0].at, at("12:10:00"));
    Calendly calendly;
    calendly.has_no_show("N");
    EXPECT_THAT(Walk(calendly, told, ledger).told, IsEmpty()) << "a later one stands";
}

TEST(Trail, AnUndoingOfWhatTheLedgerDoesNotHoldCountsAsAChangeOfAnUnknownNoShow) {
    const auto told = delivery(DeliveryKind::no_show_deleted, meeting.base(), at("12:10:00"));
    for (const auto& ledger : {Ledger{}, fold_all({meeting.booked()})}) {
        const Walk walk(Calendly(), told, ledger);
        EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting)));
        ASSERT_THAT(walk.told, ElementsAre("undone 1"));
        EXPECT_EQ(walk.sightings[0].change_id, "");
        EXPECT_EQ(walk.sightings[0].at, at("12:10:00"));
    }
}

TEST(Trail, AnUndoingThatTheApiDoesNotProveIsOfTheMarkUnlessThatIsSurelyLater) {
    Calendly calendly;
    calendly.refuses(no_show_path("N"));
    const auto told = delivery(DeliveryKind::no_show_deleted, meeting.base(), at("12:10:00"));
    const auto undone_by = [&](const std::string& mark) {
        const auto ledger = fold_all({meeting.booked(), meeting.no_show("N", at(mark))});
        return Walk(calendly, told, ledger).told;
    };
    EXPECT_THAT(undone_by("12:00:00"), ElementsAre("undone 1"));
    EXPECT_THAT(undone_by("12:10:00.9"), ElementsAre("undone 1")) << "envelopes are precise to the second";
    EXPECT_THAT(undone_by("12:10:01"), IsEmpty());
}

TEST(Trail, ANoShowWhoseLinkIsNoneIsAskedOfNobody) {
    auto shown = marked(meeting.base(), "N", at("12:00:00"));
    shown.invitee.no_show->uri = "https://evil.example/invitee_no_shows/N";
    const Walk walk(Calendly(), delivery(DeliveryKind::no_show_created, shown), {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting)));
    EXPECT_THAT(walk.told, ElementsAre("no_show 1"));
}

TEST(Trail, ANewHalfWhoseOldOneIsAnotherPersonsTellsThemThatItIsGone) {
    Calendly calendly;
    calendly.has(of(meeting.moved_to("2", at("10:00:00")), "eve@example.com"));
    const Walk walk(calendly, created(next.rescheduled_from("1")), {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(next), invitee_path(meeting),
                                        event_path(meeting), type_path))
        << "the old half's event comes without a copy";
    EXPECT_THAT(walk.told, ElementsAre("moved 1 eve@example.com", "rescheduled 2"));
    EXPECT_EQ(walk.fallback_of(invitee_path(meeting)),
              "old half of a reschedule, its own delivery will tell");
}

TEST(Trail, OldHalvesAreFollowedAsLongAsThePersonChanges) {
    Calendly calendly;
    auto second = of(next.moved_to("3", at("11:00:00")), "eve@example.com");
    second.invitee.old_invitee = invitee_uri("1");
    calendly.has(second);
    calendly.has(of(meeting.moved_to("2", at("10:00:00")), "bob@example.com"));
    const Walk walk(calendly, created(last.rescheduled_from("2")), {});
    EXPECT_THAT(walk.told,
                ElementsAre("moved 2 eve@example.com", "moved 1 bob@example.com", "rescheduled 3"));
}

TEST(Trail, AnOldHalfOfTheSamePersonIsLeftToItsOwnDelivery) {
    Calendly calendly;
    calendly.has(of(meeting.moved_to("2", at("10:00:00")), " ADA@example.com"));
    EXPECT_THAT(Walk(calendly, created(next.rescheduled_from("1")), {}).told, ElementsAre("rescheduled 2"));
}

TEST(Trail, AnOldHalfThatTheLedgerKnowsIsNotAskedFor) {
    const auto ledger = fold_all({meeting.booked()});
    const Walk walk(Calendly(), created(next.rescheduled_from("1")), ledger);
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(next)));
    Ledger by_its_uri_alone;
    by_its_uri_alone.bookings[invitee_uri("1")];
    EXPECT_EQ(Walk(Calendly(), created(next.rescheduled_from("1")), by_its_uri_alone).asked.size(), 3u);
}

TEST(Trail, AnOldHalfIsAskedForOnceTheNewOneIsNews) {
    const auto ledger = fold_all({next.booked()});
    const Walk walk(Calendly(), created(next.rescheduled_from("1")), ledger);
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(next)));
}

TEST(Trail, AnOldHalfWithoutItsInviteeOrItsEventIsNoHindrance) {
    EXPECT_THAT(Walk(Calendly(), created(next.rescheduled_from("1")), {}).told, ElementsAre("rescheduled 2"));
    Calendly calendly;
    auto old = of(meeting.moved_to("2", at("10:00:00")), "eve@example.com");
    calendly.has_invitee(old);
    EXPECT_THAT(Walk(calendly, created(next.rescheduled_from("1")), {}).told,
                ElementsAre("moved 1 eve@example.com", "rescheduled 2"))
        << "its booking matters, not its event";
    old.invitee.event = "nowhere";
    calendly.has_invitee(old);
    EXPECT_THAT(Walk(calendly, created(next.rescheduled_from("1")), {}).told, ElementsAre("rescheduled 2"));
}

TEST(Trail, ACancellationIsTold) {
    const Walk walk(Calendly(), canceled(meeting.canceled(at("11:00:00"))), {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting)));
    EXPECT_THAT(walk.told, ElementsAre("canceled 1"));
}

TEST(Trail, AnOldHalfBringsItsNewOneAlong) {
    Calendly calendly;
    calendly.has(next.base());
    const Walk walk(calendly, canceled(meeting.moved_to("2", at("10:00:00"))), {});
    EXPECT_THAT(walk.asked,
                ElementsAre(type_path, event_path(meeting), invitee_path(next), event_path(next)));
    ASSERT_THAT(walk.told, ElementsAre("moved 1", "rescheduled 2"));
    EXPECT_EQ(walk.sightings[1].invitee.old_invitee, invitee_uri("1"));
    EXPECT_EQ(walk.sightings[1].event_type_name, "Demo");
    EXPECT_EQ(walk.fallback_of(invitee_path(next)), "new half of a reschedule, its own delivery will tell");
}

TEST(Trail, ANewHalfThatWasMovedOrCanceledAgainTellsThatToo) {
    Calendly calendly;
    calendly.has(next.moved_to("3", at("11:00:00")));
    calendly.has(last.canceled(at("11:30:00")));
    const Walk walk(calendly, canceled(meeting.moved_to("2", at("10:00:00"))), {});
    EXPECT_THAT(walk.told, ElementsAre("moved 1", "rescheduled 2", "moved 2", "rescheduled 3", "canceled 3"));
}

TEST(Trail, MovesInACircleEnd) {
    Calendly calendly;
    calendly.has(next.moved_to("3", at("11:00:00")));
    calendly.has(last.moved_to("2", at("11:30:00")));
    const Walk walk(calendly, canceled(meeting.moved_to("2", at("10:00:00"))), {});
    EXPECT_THAT(walk.told, ElementsAre("moved 1", "rescheduled 2", "moved 2", "rescheduled 3", "moved 3"));
}

TEST(Trail, ANewHalfThatTheLedgerKnowsIsNotAskedFor) {
    const auto ledger = fold_all({next.rescheduled_from("1")});
    const Walk walk(Calendly(), canceled(meeting.moved_to("2", at("10:00:00"))), ledger);
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting)));
    EXPECT_THAT(walk.told, ElementsAre("moved 1"));
}

TEST(Trail, ANewHalfWithoutItsInviteeOrItsEventIsLeftToItsOwnDelivery) {
    const auto moved = canceled(meeting.moved_to("2", at("10:00:00")));
    EXPECT_THAT(Walk(Calendly(), moved, {}).told, ElementsAre("moved 1"));
    Calendly calendly;
    calendly.has_invitee(next.base());
    const Walk walk(calendly, moved, {});
    EXPECT_THAT(walk.told, ElementsAre("moved 1"));
    EXPECT_FALSE(walk.is_lost);
    EXPECT_EQ(walk.fallback_of(event_path(next)), "");
}

TEST(Trail, ADeliveryThatShowsMoreThanIsKnownAsksForTheInviteeAsItIsNow) {
    Calendly calendly;
    auto now = marked(meeting.canceled(at("11:00:00"), "ill"), "N", at("10:30:00"));
    calendly.has_invitee(now);
    const Walk walk(calendly, created(meeting.canceled(at("11:00:00"))), {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting), invitee_path(meeting)));
    ASSERT_THAT(walk.told, ElementsAre("booked 1", "no_show 1", "canceled 1"));
    EXPECT_EQ(walk.sightings[2].invitee.cancellation->reason, "ill");
    EXPECT_EQ(walk.fallback_of(invitee_path(meeting)), "invitee, the delivery's word serves");
}

TEST(Trail, TheDeliverysWordServesWhereTheInviteeIsNotToBeHad) {
    const Walk walk(Calendly(), created(meeting.canceled(at("11:00:00"))), {});
    EXPECT_THAT(walk.told, ElementsAre("booked 1", "canceled 1"));
}

TEST(Trail, AnInviteeThatWasMovedMeanwhileBringsItsNewHalfAlong) {
    Calendly calendly;
    calendly.has_invitee(meeting.moved_to("2", at("10:00:00")));
    calendly.has(next.base());
    const Walk walk(calendly, created(meeting.canceled(at("10:00:00"))), {});
    EXPECT_THAT(walk.told, ElementsAre("booked 1", "moved 1", "rescheduled 2"));
}

TEST(Trail, ADisagreementIsSettledAfterTheNewHalves) {
    Calendly calendly;
    const auto shown = marked(meeting.moved_to("2", at("10:00:00")), "N", at("09:30:00"));
    calendly.has_invitee(shown);
    calendly.has(next.base());
    const Walk walk(calendly, canceled(shown), {});
    EXPECT_THAT(walk.told, ElementsAre("moved 1", "rescheduled 2", "no_show 1", "moved 1"))
        << "the new half is not brought along twice";
}

TEST(Trail, ADeliveryOfAnotherKindTellsNothing) {
    EXPECT_THAT(Walk(Calendly(), delivery(DeliveryKind::other, meeting.base()), {}).told, IsEmpty());
}

}  // namespace
