// Which scopes a token needs for what is configured.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/scopes.hpp"

namespace scopes_test {

using rules::Scopes;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Scopes, WithoutASubscriptionAreThoseOfLinksAndOfTheAccount) {
    EXPECT_THAT(rules::needed_scopes(false, {"routing_form_submission.created"}),
                ElementsAre("event_types:read", "organizations:read", "scheduled_events:read", "users:read"));
}

TEST(Scopes, OfASubscriptionFollowFromWhatItTellsOf) {
    EXPECT_THAT(rules::needed_scopes(true, {"invitee.created", "routing_form_submission.created"}),
                ElementsAre("event_types:read", "organizations:read", "routing_forms:read",
                            "scheduled_events:read", "users:read", "webhooks:read", "webhooks:write"));
}

TEST(Scopes, WhereVisitorsBookTheTokenMayLookForTimesAndBook) {
    const auto needed = rules::needed_scopes(false, {}, true);
    EXPECT_THAT(needed, testing::IsSupersetOf({"availability:read", "scheduled_events:write"}));
}

TEST(Scopes, ThatWriteIncludeThoseThatRead) {
    EXPECT_THAT(rules::missing_scopes({"webhooks:write", "users:read"},
                                      {"users:read", "webhooks:read", "webhooks:write"}),
                IsEmpty());
    EXPECT_THAT(rules::missing_scopes({"webhooks:read"}, {"webhooks:read", "webhooks:write"}),
                ElementsAre("webhooks:write"));
}

TEST(Scopes, StandInATextWithBlanksBetweenThem) {
    EXPECT_EQ(rules::split_scopes("  users:read  webhooks:write "), (Scopes{"users:read", "webhooks:write"}));
    EXPECT_THAT(rules::split_scopes(""), IsEmpty());
}

}  // namespace scopes_test
