#include "sandbox/refusal.hpp"
#include "unit/sandbox/calendly_fixture.hpp"

namespace sandbox_calendly_test {

using namespace sandbox_test;
using testing::ElementsAre;

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
                ElementsAre(std::pair("x-ratelimit-limit", "1"), std::pair("x-ratelimit-remaining", "0"),
                            std::pair("x-ratelimit-reset", "40")));
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

}  // namespace sandbox_calendly_test
