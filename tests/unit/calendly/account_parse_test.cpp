// What Calendly tells of the account, read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "calendly/account_parse.hpp"
#include "calendly/parse.hpp"

namespace account_parse_test {

using namespace calendly;
using testing::ElementsAre;
namespace json = boost::json;

TEST(AccountParse, AUserNamesTheirOrganization) {
    const auto user = parse_user(json::parse(R"({"uri": "https://api.calendly.com/users/U", "name": "Ada",
        "email": "ada@x.org", "current_organization": "https://api.calendly.com/organizations/O"})"));
    EXPECT_EQ(user.organization, "https://api.calendly.com/organizations/O");
    EXPECT_THROW(parse_user(json::parse(R"({"uri": "x"})")), ShapeError);
}

TEST(AccountParse, ARoleThatNobodyKnowsLeadsNothing) {
    EXPECT_EQ(parse_membership(json::parse(R"({"role": "owner"})")), Role::owner);
    EXPECT_EQ(parse_membership(json::parse(R"({"role": "admin"})")), Role::admin);
    EXPECT_EQ(parse_membership(json::parse(R"({"role": "guest"})")), Role::user);
}

TEST(AccountParse, ASubscriptionIsReadWithWhatMayBeMissing) {
    const auto one =
        parse_subscription(json::parse(R"({"uri": "https://api.calendly.com/webhook_subscriptions/S",
        "callback_url": "https://x.org/h", "scope": "user", "state": "disabled", "events": ["invitee.created"],
        "created_at": "2026-11-01T10:00:00.000000Z", "retry_started_at": null, "user": "https://api.calendly.com/users/U"})"));
    EXPECT_THAT(one.events, ElementsAre("invitee.created"));
    EXPECT_EQ(one.state, "disabled");
    EXPECT_FALSE(one.retry_started_at);
    EXPECT_THROW(parse_subscription(json::parse("{}")), ShapeError);
}

TEST(AccountParse, AUserIsNamedOnlyForUserScope) {
    NewSubscription made{"https://x.org/h", {"invitee.created"}, "O", Scope::organization, "U", "key"};
    EXPECT_FALSE(json::parse(to_json(made)).as_object().contains("user"));
    made.scope = Scope::user;
    EXPECT_EQ(json::parse(to_json(made)).at("user"), "U");
}

TEST(AccountParse, TheLastPageHasNoToken) {
    const auto page = parse_page(R"({"collection": [1, 2], "pagination": {"next_page_token": "t"}})");
    EXPECT_EQ(page.items.size(), 2u);
    EXPECT_EQ(page.next_page_token, "t");
    EXPECT_EQ(parse_page(R"({"collection": [], "pagination": {"next_page_token": null}})").next_page_token,
              "");
    EXPECT_EQ(parse_page(R"({"collection": []})").next_page_token, "");
    EXPECT_THROW(parse_page(R"({"items": []})"), ShapeError);
    EXPECT_THROW(parse_page("<html>"), ShapeError);
}

}  // namespace account_parse_test
