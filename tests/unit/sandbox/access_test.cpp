// Who may see and do what in the sandbox's Calendly.
#include "unit/sandbox/calendly_fixture.hpp"

namespace access_test {

using namespace sandbox_test;
using testing::SizeIs;

class SandboxAccess : public SandboxCalendly {
protected:
    sandbox::Answer as(const std::string& user, const std::string& target,
                       sandbox::Scopes scopes = sandbox::all_scopes(), std::string_view method = "GET",
                       std::string body = {}) {
        api.tokens().add("theirs", {user, std::move(scopes), std::nullopt, std::nullopt});
        auto request = call(method, target, std::move(body));
        request.authorization = "Bearer theirs";
        return api.handle(request, monday);
    }
    const std::string& colleague() const { return state.users().at(1).id; }
};

TEST_F(SandboxAccess, ACallWithoutUserAgentIsRefused) {
    auto request = call("GET", "/users/me");
    request.user_agent.reset();
    EXPECT_EQ(api.handle(request, monday).status, 403U);
}

TEST_F(SandboxAccess, AMemberSeesOnlyTheirOwn) {
    const auto own = "user=" + sandbox::calendly_uri("users", colleague());
    EXPECT_EQ(as(colleague(), "/scheduled_events?" + in_organization()).status, 403U);
    EXPECT_EQ(as(colleague(), "/scheduled_events?" + own).status, 200U);
    EXPECT_EQ(as(colleague(), "/webhook_subscriptions?scope=organization&" + in_organization()).status, 403U);
    EXPECT_THAT(
        as(colleague(), "/organization_memberships?" + in_organization()).body->at("collection").as_array(),
        SizeIs(1));
    state.set_role(colleague(), "admin");
    EXPECT_EQ(as(colleague(), "/scheduled_events?" + in_organization()).status, 200U);
    EXPECT_THAT(
        as(colleague(), "/organization_memberships?" + in_organization()).body->at("collection").as_array(),
        SizeIs(2));
}

TEST_F(SandboxAccess, EveryCallNamesTheScopeThatItLacks) {
    const auto refused = as(state.owner().id, "/scheduled_events?" + in_organization(), {"users:read"});
    EXPECT_EQ(refused.status, 403U);
    EXPECT_EQ(refused.body->at("title"), "Insufficient scope");
    EXPECT_EQ(refused.body->at("required_scopes"), json::array({"scheduled_events:read"}));
    const json::object hook{{"url", "https://hooks.x.org/a"},
                            {"organization", organization()},
                            {"scope", "organization"},
                            {"events", {"invitee.created", "routing_form_submission.created"}}};
    const auto lacking = as(state.owner().id, "/webhook_subscriptions",
                            {"webhooks:write", "scheduled_events:read"}, "POST", json::serialize(hook));
    EXPECT_EQ(lacking.body->at("required_scopes"), json::array({"routing_forms:read"}));
}

TEST_F(SandboxAccess, APersonalTokenTellsItsUserAndScopes) {
    const auto token =
        sandbox::personal_token({colleague(), {"users:read"}, std::nullopt, std::nullopt}, monday);
    EXPECT_EQ(std::count(token.begin(), token.end(), '.'), 2);
    EXPECT_EQ(token.find('='), token.npos);
}

TEST_F(SandboxAccess, AnErasedEventIsFoundNowhere) {
    const auto event = book("a@x.org").event;
    const auto path = "/scheduled_events/" + event;
    EXPECT_EQ(get(path).status, 200U);
    state.erase_event(event);
    EXPECT_EQ(get(path).status, 404U);
    EXPECT_EQ(get(path + "/invitees").status, 404U);
    EXPECT_THAT(get("/scheduled_events?" + in_organization()).body->at("collection").as_array(), SizeIs(0));
}

}  // namespace access_test
