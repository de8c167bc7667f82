// What an invitee tells besides the delivery's own change.
#include <gtest/gtest.h>

#include "rules/sighting.hpp"
#include "unit/rules/support.hpp"

namespace sighting_test {

using calendly::Delivery;
using calendly::DeliveryKind;
using rules::Change;
using rules::disagrees;
using rules::Ledger;
using rules::own_change_id;
using rules_support::at;
using rules_support::no_show_uri;
using rules_support::Story;

const Story meeting{"1", at("08:00:00"), at("16:00:00")};

Delivery delivery(DeliveryKind kind, const rules::Sighting& shown) {
    Delivery delivery;
    delivery.kind = kind;
    delivery.invitee = shown.invitee;
    return delivery;
}

rules::Sighting canceled_and_marked() {
    auto shown = meeting.canceled(at("18:00:00"));
    shown.invitee.no_show = calendly::NoShow{no_show_uri("N"), "", at("17:00:00")};
    return shown;
}

Ledger that_knows(std::initializer_list<rules::Sighting> sightings) {
    Ledger ledger;
    for (const auto& sighting : sightings) rules::fold(ledger, sighting);
    return ledger;
}

TEST(Sighting, OfARescheduledInviteeIsAReschedule) {
    EXPECT_EQ(rules::creation(meeting.base()).change, Change::booked);
    auto moved = meeting.base();
    moved.invitee.old_invitee = rules_support::invitee_uri("0");
    EXPECT_EQ(rules::creation(moved).change, Change::rescheduled);
}

TEST(Sighting, OfACancellationWithoutItsTimeIsOfTheLastUpdate) {
    auto shown = meeting.canceled(at("09:00:00"));
    EXPECT_EQ(rules::cancellation(shown).at, at("09:00:00"));
    shown.invitee.cancellation->created_at.reset();
    shown.invitee.updated_at = at("09:05:00");
    EXPECT_EQ(rules::cancellation(shown).at, at("09:05:00"));
    shown.invitee.cancellation.reset();
    EXPECT_EQ(rules::cancellation(shown).at, at("09:05:00"));
}

TEST(Sighting, OfANoShowWithoutItsTimeIsOfTheLastUpdate) {
    auto shown = canceled_and_marked();
    EXPECT_EQ(rules::no_show(shown).at, at("17:00:00"));
    shown.invitee.no_show->created_at.reset();
    EXPECT_EQ(rules::no_show(shown).at, at("18:00:00"));
}

TEST(Sighting, UndoingANoShowIsKnownByTheNoShowIfThatIsKnown) {
    const auto shown = meeting.base();
    EXPECT_EQ(rules::undoing(shown, no_show_uri("N"), at("17:00:00")).change_id,
              rules::no_show_undone_id(no_show_uri("N")));
    EXPECT_EQ(rules::undoing(shown, "", at("17:00:00")).change_id, "");
}

TEST(Sighting, FurtherChangesAreThoseThatTheLedgerHasNotDone) {
    const auto shown = canceled_and_marked();
    const auto all = rules::further_changes(shown, {});
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].change_id, rules::no_show_id(no_show_uri("N")));
    EXPECT_EQ(all[0].at, at("17:00:00"));
    EXPECT_EQ(all[1].change_id, rules::canceled_id(meeting.base().invitee.uri));
    EXPECT_TRUE(rules::further_changes(shown, that_knows({all[0], all[1]})).empty());
    EXPECT_EQ(rules::further_changes(shown, that_knows({all[0]})).size(), 1u);
    EXPECT_TRUE(rules::further_changes(meeting.base(), {}).empty());
}

TEST(Sighting, ADeliveryDisagreesWhenItShowsMoreThanItTells) {
    const auto shown = canceled_and_marked();
    const auto known = rules::further_changes(shown, {});
    EXPECT_TRUE(disagrees(delivery(DeliveryKind::no_show_deleted, shown), {}));
    EXPECT_TRUE(disagrees(delivery(DeliveryKind::invitee_canceled, shown), {})) << "the no-show is unknown";
    EXPECT_TRUE(disagrees(delivery(DeliveryKind::no_show_created, shown), {}))
        << "the cancellation is unknown";
    EXPECT_FALSE(disagrees(delivery(DeliveryKind::invitee_canceled, shown), that_knows({known[0]})));
    EXPECT_FALSE(disagrees(delivery(DeliveryKind::invitee_created, meeting.base()), {}));
}

TEST(Sighting, ADeliveryDisagreesWhenANoShowWasMarkedAfterTheEnd) {
    auto marked = meeting.base();
    marked.invitee.no_show = calendly::NoShow{no_show_uri("N"), "", at("19:00:00")};
    const auto told = delivery(DeliveryKind::no_show_created, marked);
    EXPECT_TRUE(disagrees(told, that_knows({meeting.canceled(at("18:00:00"))})));
    EXPECT_FALSE(disagrees(told, that_knows({meeting.canceled(at("20:00:00"))})));
    EXPECT_FALSE(disagrees(told, that_knows({meeting.booked()})));
    EXPECT_FALSE(disagrees(told, {}));
}

TEST(Sighting, TheOwnChangeOfADeliveryIsKnownUnlessItUndoesANoShow) {
    const auto shown = canceled_and_marked();
    const auto uri = shown.invitee.uri;
    EXPECT_EQ(own_change_id(delivery(DeliveryKind::invitee_created, shown)), rules::created_id(uri));
    EXPECT_EQ(own_change_id(delivery(DeliveryKind::invitee_canceled, shown)), rules::canceled_id(uri));
    EXPECT_EQ(own_change_id(delivery(DeliveryKind::no_show_created, shown)),
              rules::no_show_id(no_show_uri("N")));
    EXPECT_EQ(own_change_id(delivery(DeliveryKind::no_show_deleted, shown)), "");
    Delivery form;
    form.kind = DeliveryKind::routing_form_submission;
    form.routing_form.emplace().uri = "form";
    EXPECT_EQ(own_change_id(form), rules::form_id("form"));
}

}  // namespace sighting_test
