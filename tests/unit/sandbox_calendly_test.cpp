#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "sandbox/calendly_api.hpp"
#include "sandbox/refusal.hpp"
#include "unit/sandbox_support.hpp"

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::ElementsAre;

const sandbox::Instant monday = *sandbox::parse_instant("2026-05-04T12:00:00Z");

class SandboxCalendly : public testing::Test {
protected:
    sandbox::Answer send(std::string_view method, const std::string& target, std::string body = {}) {
        return api.handle(sandbox_test::call(method, target, std::move(body)), monday);
    }
    sandbox::Answer get(const std::string& target) { return send("GET", target); }
    json::value resource(const std::string& target) {
        const auto answer = get(target);
        EXPECT_EQ(answer.status, 200U) << target;
        return answer.body->at("resource");
    }
    const sandbox::Invitee& book(std::string email, sandbox::Instant start = monday + 21h,
                                 const char* type = "DISCOVERYCALL001") {
        sandbox::BookingRequest request;
        request.event_type = type;
        request.email = std::move(email);
        request.name = "Ann Bee";
        request.timezone = "Europe/Oslo";
        request.start = start;
        return state.book(std::move(request), monday);
    }
    std::vector<std::string> told() const {
        std::vector<std::string> events;
        for (const auto& occurrence : occurrences) events.push_back(occurrence.event);
        return events;
    }
    static std::string path_of(const std::string& uri) { return uri.substr(sandbox::calendly_origin.size()); }
    std::string organization() const { return sandbox::calendly_uri("organizations", state.organization()); }
    std::string in_organization() const { return "organization=" + organization(); }

    sandbox::CalendlyState state{monday};
    sandbox::Subscriptions subscriptions;
    std::vector<sandbox::Occurrence> occurrences;
    sandbox::CalendlyApi api{
        state, subscriptions, "sandbox-token", sandbox::Rate{500, 60s},
        [this](const sandbox::Occurrence& occurrence) { occurrences.push_back(occurrence); }};
};

// Every key of `expected` is in `actual`, with a value of the same kind unless either is null.
void expect_shape(const json::value& expected, const json::value& actual, const std::string& where) {
    if (expected.is_null() || actual.is_null()) return;
    if (expected.is_number() && actual.is_number()) return;
    ASSERT_EQ(expected.kind(), actual.kind()) << where;
    if (where.ends_with(".location") || !expected.is_object()) return;
    for (const auto& member : expected.get_object()) {
        const std::string path = where + "." + std::string(member.key());
        const auto* found = actual.get_object().if_contains(member.key());
        ASSERT_TRUE(found) << path;
        expect_shape(member.value(), *found, path);
    }
}

json::value fixture(const std::string& name) {
    std::ifstream in(std::string(FIXTURES_DIR) + "/" + name);
    return json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
}

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

TEST_F(SandboxCalendly, TheEnvelopeHasWholeSeconds) {
    const auto occurrence = invitee_occurrence(state, "invitee.created", book("a@x.org"), monday + 999'999us);
    EXPECT_EQ(envelope(occurrence, "u").at("created_at"), "2026-05-04T12:00:00.000000Z");
}

TEST_F(SandboxCalendly, TheTokenIsChecked) {
    for (const char* header : {"", "Bearer other", "sandbox-token", "bearer sandbox-token"}) {
        auto call = sandbox_test::call("GET", "/users/me");
        call.authorization = header;
        const auto answer = api.handle(call, monday);
        EXPECT_EQ(answer.status, 401U) << header;
        EXPECT_EQ(answer.body->at("title"), "Unauthenticated");
    }
}

TEST_F(SandboxCalendly, RateLimitHasHeadersAndAnEmpty429) {
    sandbox::CalendlyApi limited(state, subscriptions, "sandbox-token", {1, 60s}, [](const auto&) {});
    const auto first = limited.handle(sandbox_test::call("GET", "/users/me"), monday + 20s);
    EXPECT_THAT(first.headers,
                ElementsAre(std::pair("X-RateLimit-Limit", "1"), std::pair("X-RateLimit-Remaining", "0"),
                            std::pair("X-RateLimit-Reset", "40")));
    const auto second = limited.handle(sandbox_test::call("GET", "/users/me"), monday + 21s);
    EXPECT_EQ(second.status, 429U);
    EXPECT_FALSE(second.body);
    EXPECT_EQ(second.headers.back().second, "39");
}

TEST_F(SandboxCalendly, PagesAreWalkedToTheEndAndBack) {
    for (int i = 0; i < 5; ++i) book(std::to_string(i) + "@x.org", monday + std::chrono::hours(24 * i));
    std::vector<std::string> starts;
    std::string target = "/scheduled_events?count=2&sort=start_time:desc&" + in_organization();
    json::value page;
    for (int pages = 0; pages < 3; ++pages) {
        page = *get(target).body;
        for (const auto& event : page.at("collection").as_array())
            starts.emplace_back(event.at("start_time").as_string().subview(0, 10));
        const auto& next = page.at("pagination").at("next_page");
        EXPECT_EQ(next.is_null(), pages == 2);
        if (!next.is_null()) target = path_of(std::string(next.as_string()));
        book("later@x.org", monday + 1000h);  // new ones do not shift the pages
    }
    EXPECT_THAT(starts, ElementsAre("2026-05-08", "2026-05-07", "2026-05-06", "2026-05-05", "2026-05-04"));
    const auto back = get(path_of(std::string(page.at("pagination").at("previous_page").as_string())));
    EXPECT_EQ(back.body->at("collection").at(0).at("start_time").as_string().subview(0, 10), "2026-05-06");
}

TEST_F(SandboxCalendly, BadPagesAndFiltersAreRefused) {
    for (const auto* bad : {"count=0", "count=101", "count=x", "page_token=made-up", "status=done",
                            "sort=name:asc", "min_start_time=yesterday"}) {
        const auto answer = get("/scheduled_events?" + in_organization() + "&" + bad);
        EXPECT_EQ(answer.status, 400U) << bad;
        const std::string parameter(answer.body->at("details").at(0).at("parameter").as_string());
        EXPECT_EQ(parameter, std::string(bad).substr(0, std::string(bad).find('='))) << bad;
    }
    EXPECT_EQ(get("/scheduled_events").status, 400U);
    EXPECT_EQ(get("/scheduled_events?organization=https://api.calendly.com/organizations/other").status,
              403U);
    EXPECT_EQ(get("/scheduled_events?organization=https://evil.example/organizations/x").status, 400U);
    EXPECT_EQ(get("/scheduled_events?user=" + sandbox::calendly_uri("users", state.users()[1].id)).status,
              403U);
}

TEST_F(SandboxCalendly, EventsAreFiltered) {
    book("ann@x.org", monday + 21h);
    book("bob@x.org", monday + 45h, "PRODUCTDEMO00002");
    state.cancel(book("cid@x.org", monday + 69h).id, {"Cid", "invitee", std::nullopt, monday});
    const auto count = [&](const std::string& filter) {
        return get("/scheduled_events?" + in_organization() + filter)
            .body->at("collection")
            .as_array()
            .size();
    };
    EXPECT_EQ(count(""), 3U);
    EXPECT_EQ(count("&status=active"), 2U);
    EXPECT_EQ(count("&status=canceled"), 1U);
    EXPECT_EQ(count("&invitee_email=ANN@x.org"), 1U);
    EXPECT_EQ(count("&min_start_time=2026-05-06T00:00:00Z&max_start_time=2026-05-06T23:00:00Z"), 1U);
    EXPECT_EQ(count("&user=" + sandbox::calendly_uri("users", state.users()[1].id)), 1U);
}

TEST_F(SandboxCalendly, AnInviteeBelongsToItsEvent) {
    const auto& ann = book("ann@x.org");
    const auto& bob = book("bob@x.org", monday + 45h);
    EXPECT_EQ(get("/scheduled_events/" + ann.event + "/invitees/" + ann.id).status, 200U);
    EXPECT_EQ(get("/scheduled_events/" + ann.event + "/invitees/" + bob.id).status, 404U);
    EXPECT_EQ(get("/scheduled_events/nope").status, 404U);
}

TEST_F(SandboxCalendly, AReschedulePairNamesEachOther) {
    const auto& old = book("ann@x.org");
    const auto& replacement = state.reschedule(old.id, {std::nullopt, "new@x.org", "Ill"}, monday + 1h);
    const auto old_json = to_json(state, old);
    const auto new_json = to_json(state, replacement);
    EXPECT_EQ(old_json.at("status"), "canceled");
    EXPECT_EQ(old_json.at("rescheduled"), true);
    EXPECT_EQ(old_json.at("new_invitee"), new_json.at("uri"));
    EXPECT_EQ(old_json.at("cancellation").at("reason"), "Ill");
    EXPECT_EQ(new_json.at("old_invitee"), old_json.at("uri"));
    EXPECT_EQ(new_json.at("rescheduled"), false);
    EXPECT_EQ(new_json.at("email"), "new@x.org");
    EXPECT_NE(new_json.at("event"), old_json.at("event"));
    EXPECT_EQ(state.event(old.event).cancellation->canceler_type, "invitee");
    EXPECT_THROW(state.reschedule(old.id, {}, monday), sandbox::CalendlyRefusal);
}

TEST_F(SandboxCalendly, AGroupEventGoesOnWhenOneCancels) {
    const auto& ann = book("ann@x.org", monday + 21h, "GROUPWORKSHOP003");
    const auto& bob = book("bob@x.org", monday + 21h, "GROUPWORKSHOP003");
    ASSERT_EQ(ann.event, bob.event);
    state.cancel(ann.id, {"Ann", "invitee", std::nullopt, monday});
    auto event = to_json(state, state.event(ann.event));
    EXPECT_EQ(event.at("status"), "active");
    EXPECT_EQ(event.at("invitees_counter"), json::parse(R"({"total": 2, "active": 1, "limit": 5})"));
    state.cancel(bob.id, {"Bob", "invitee", std::nullopt, monday});
    EXPECT_EQ(to_json(state, state.event(ann.event)).at("status"), "canceled");
}

TEST_F(SandboxCalendly, AFullGroupTakesNobody) {
    for (int i = 0; i < 5; ++i) book(std::to_string(i) + "@x.org", monday + 21h, "GROUPWORKSHOP003");
    EXPECT_THROW(book("six@x.org", monday + 21h, "GROUPWORKSHOP003"), sandbox::CalendlyRefusal);
}

TEST_F(SandboxCalendly, ANoShowLivesUntilItIsUndone) {
    const auto uri = invitee_uri(book("ann@x.org"));
    const auto body = json::serialize(json::object{{"invitee", uri}});
    const auto marked = send("POST", "/invitee_no_shows", body);
    ASSERT_EQ(marked.status, 201U);
    const auto no_show = path_of(std::string(marked.body->at("resource").at("uri").as_string()));
    EXPECT_EQ(resource(no_show).at("invitee"), json::value(uri));
    EXPECT_EQ(resource(path_of(uri)).at("no_show").at("uri"), marked.body->at("resource").at("uri"));
    EXPECT_EQ(send("POST", "/invitee_no_shows", body).status, 409U);
    EXPECT_EQ(send("DELETE", no_show).status, 204U);
    EXPECT_EQ(get(no_show).status, 404U);
    EXPECT_EQ(send("DELETE", no_show).status, 404U);
    EXPECT_TRUE(resource(path_of(uri)).at("no_show").is_null());
    EXPECT_THAT(told(), ElementsAre("invitee_no_show.created", "invitee_no_show.deleted"));
    EXPECT_TRUE(occurrences[1].payload.at("no_show").is_null());
}

TEST_F(SandboxCalendly, CancelingAnEventTellsOfEveryInvitee) {
    const auto& ann = book("ann@x.org", monday + 21h, "GROUPWORKSHOP003");
    book("bob@x.org", monday + 21h, "GROUPWORKSHOP003");
    const auto target = "/scheduled_events/" + ann.event + "/cancellation";
    EXPECT_EQ(send("POST", target, R"({"reason": 7})").status, 400U);
    const auto canceled = send("POST", target, R"({"reason": "Ill"})");
    EXPECT_EQ(canceled.status, 201U);
    EXPECT_EQ(canceled.body->at("resource").at("canceler_type"), "host");
    EXPECT_THAT(told(), ElementsAre("invitee.canceled", "invitee.canceled"));
    EXPECT_EQ(send("POST", target).status, 403U) << "already canceled";
    const auto& past = book("old@x.org", monday - 24h);
    EXPECT_EQ(send("POST", "/scheduled_events/" + past.event + "/cancellation").status, 403U);
}

TEST_F(SandboxCalendly, BookingNeedsAFreeTime) {
    const std::string range = "&start_time=2026-05-05T00:00:00Z&end_time=2026-05-06T00:00:00Z";
    const std::string type = sandbox::calendly_uri("event_types", "DISCOVERYCALL001");
    const auto times = [&] {
        return get("/event_type_available_times?event_type=" + type + range)
            .body->at("collection")
            .as_array();
    };
    ASSERT_EQ(times().size(), 16U);
    const json::object booking{{"event_type", type},
                               {"start_time", times()[0].at("start_time")},
                               {"invitee", {{"name", "Ann"}, {"email", "ann@x.org"}, {"timezone", "UTC"}}}};
    EXPECT_EQ(send("POST", "/invitees", json::serialize(booking)).status, 201U);
    EXPECT_EQ(occurrences.at(0).payload.at("scheduling_method"), "api");
    EXPECT_EQ(times().size(), 15U);
    EXPECT_EQ(send("POST", "/invitees", json::serialize(booking)).status, 400U) << "the time is taken";
    EXPECT_EQ(get("/event_type_available_times?event_type=" + type +
                  "&start_time=2026-05-05T00:00:00Z&end_time=2026-07-06T00:00:00Z")
                  .status,
              400U);
    const std::string user = sandbox::calendly_uri("users", state.owner().id);
    EXPECT_EQ(get("/user_busy_times?user=" + user + range).body->at("collection").as_array().size(), 1U);
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

}  // namespace
