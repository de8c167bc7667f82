// Shapes of what Calendly sends and answers, and its webhook subscriptions.
#include "unit/sandbox/calendly_fixture.hpp"

namespace calendly_webhooks_test {

using namespace sandbox_test;

TEST_F(SandboxCalendly, DeliveriesHaveTheShapesOfRealOnes) {
    const auto& invitee = book("ann@x.org");
    const auto made = [&](const char* event) {
        return json::value(envelope(invitee_occurrence(state, event, invitee, monday), state.owner().id));
    };
    for (const auto* name : {"invitee_created_2020", "invitee_created_2026", "no_show_deleted_2020"})
        expect_shape(fixture("deliveries/" + std::string(name) + ".json"), made("invitee.created"), name);
    state.mark_no_show(invitee.id, monday);
    expect_shape(fixture("deliveries/no_show_created_2020.json"), made("invitee_no_show.created"), "no_show");
    state.undo_no_show(*invitee.no_show);
    const auto& replacement = state.reschedule(invitee.id, {}, monday);
    expect_shape(fixture("deliveries/reschedule_canceled_old.json"), made("invitee.canceled"), "old");
    expect_shape(fixture("deliveries/reschedule_created_new.json"),
                 envelope(invitee_occurrence(state, "invitee.created", replacement, monday), "x"), "new");
}

TEST_F(SandboxCalendly, AnswersHaveTheShapesOfRealOnes) {
    const auto uri = invitee_uri(book("ann@x.org"));
    const std::string organization_wide = "?count=2&" + in_organization();
    const auto event_path = path_of(uri.substr(0, uri.find("/invitees")));
    expect_shape(fixture("api/user.json"), *get("/users/me").body, "user");
    expect_shape(fixture("api/event_type_user.json"), *get("/event_types/DISCOVERYCALL001").body,
                 "event_type");
    expect_shape(fixture("api/scheduled_events_page_1.json"),
                 *get("/scheduled_events" + organization_wide).body, "events");
    expect_shape(fixture("api/invitees_page_1.json"), *get(event_path + "/invitees").body, "invitees");
    expect_shape(fixture("api/invitee_rescheduled.json").at("resource").at("tracking"),
                 resource(path_of(uri)).at("tracking"), "invitee");
    const auto no_show = send("POST", "/invitee_no_shows", json::serialize(json::object{{"invitee", uri}}));
    expect_shape(fixture("api/no_show.json"), *no_show.body, "no_show");
    expect_shape(fixture("api/cancellation.json"), *send("POST", event_path + "/cancellation").body,
                 "cancellation");
    expect_shape(fixture("api/scheduled_event_canceled.json"), *get(event_path).body, "canceled");
}

TEST_F(SandboxCalendly, SubscriptionsAreUniqueAndListed) {
    json::object body{{"url", "https://hooks.x.org/a"},
                      {"organization", organization()},
                      {"scope", "organization"},
                      {"events", {"invitee.created"}},
                      {"signing_key", "secret"}};
    const auto made = send("POST", "/webhook_subscriptions", json::serialize(body));
    ASSERT_EQ(made.status, 201U);
    expect_shape(fixture("api/webhook_organization.json"), *made.body, "webhook");
    EXPECT_FALSE(made.body->at("resource").as_object().contains("signing_key"));
    EXPECT_EQ(send("POST", "/webhook_subscriptions", json::serialize(body)).status, 409U);
    auto of_user = body;
    of_user["scope"] = "user";
    of_user["user"] = sandbox::calendly_uri("users", state.owner().id);
    EXPECT_EQ(send("POST", "/webhook_subscriptions", json::serialize(of_user)).status, 409U)
        << "whatever its scope";
    body["url"] = "https://hooks.x.org/b";
    EXPECT_EQ(send("POST", "/webhook_subscriptions", json::serialize(body)).status, 201U);
    const auto list = get("/webhook_subscriptions?scope=organization&count=1&" + in_organization());
    EXPECT_EQ(list.body->at("collection").as_array().size(), 1U);
    EXPECT_FALSE(list.body->at("pagination").at("next_page_token").is_null());
    const auto path = path_of(std::string(made.body->at("resource").at("uri").as_string()));
    EXPECT_EQ(resource(path).at("state"), "active");
    EXPECT_EQ(send("DELETE", path).status, 204U);
    EXPECT_EQ(get(path).status, 404U);
    EXPECT_EQ(send("PATCH", path).status, 404U);
}

TEST_F(SandboxCalendly, SubscriptionsAreReadStrictly) {
    const json::object right{{"url", "https://hooks.x.org/a"},
                             {"organization", organization()},
                             {"scope", "organization"},
                             {"events", {"invitee.created"}}};
    const std::pair<const char*, json::value> wrong[] = {{"url", "hooks.x.org"},
                                                         {"url", "ftp://x.org"},
                                                         {"url", nullptr},
                                                         {"events", json::array()},
                                                         {"events", {"invitee.rescheduled"}},
                                                         {"events", {"invitee.created", "invitee.created"}},
                                                         {"scope", "team"},
                                                         {"scope", "user"},
                                                         {"organization", "x"},
                                                         {"extra", 1},
                                                         {"signing_key", 7}};
    for (const auto& [name, value] : wrong) {
        auto body = right;
        body[name] = value;
        EXPECT_EQ(send("POST", "/webhook_subscriptions", json::serialize(body)).status, 400U)
            << name << value;
    }
    auto routing = right;
    routing["scope"] = "user";
    routing["user"] = sandbox::calendly_uri("users", state.owner().id);
    routing["events"] = {"routing_form_submission.created"};
    EXPECT_EQ(send("POST", "/webhook_subscriptions", json::serialize(routing)).status, 400U);
}

TEST_F(SandboxCalendly, UserScopeMissesTheOthers) {
    sandbox::Subscription subscription;
    subscription.events = {"invitee.created"};
    subscription.scope = "user";
    subscription.user = state.owner().id;
    sandbox::Occurrence occurrence{"invitee.created", state.owner().id, std::nullopt, monday, {}};
    EXPECT_TRUE(hears(subscription, occurrence));
    occurrence.user = state.users()[1].id;
    EXPECT_FALSE(hears(subscription, occurrence));
    subscription.scope = "organization";
    EXPECT_TRUE(hears(subscription, occurrence));
    occurrence.event = "invitee.canceled";
    EXPECT_FALSE(hears(subscription, occurrence));
    occurrence.event = "invitee.created";
    subscription.disabled = true;
    EXPECT_FALSE(hears(subscription, occurrence));
}

TEST_F(SandboxCalendly, SamplesAndLinks) {
    const auto sample =
        get("/sample_webhook_data?event=invitee_no_show.created&scope=organization&" + in_organization());
    EXPECT_EQ(sample.body->at("event"), "invitee_no_show.created");
    EXPECT_FALSE(sample.body->at("payload").at("no_show").is_null());
    EXPECT_EQ(
        get("/sample_webhook_data?event=contact.created&scope=organization&" + in_organization()).status,
        400U);
    const json::object link{{"max_event_count", 1},
                            {"owner_type", "EventType"},
                            {"owner", sandbox::calendly_uri("event_types", "DISCOVERYCALL001")}};
    expect_shape(fixture("api/scheduling_link.json"),
                 *send("POST", "/scheduling_links", json::serialize(link)).body, "link");
    EXPECT_EQ(send("POST", "/scheduling_links", "{}").body->at("details").as_array().size(), 3U);
    EXPECT_EQ(send("POST", "/scheduling_links", "{").status, 400U);
}

}  // namespace calendly_webhooks_test
