// Failures of the two APIs: nothing is lost, nothing is silent.
#include "e2e/path/fixture.hpp"
#include "e2e/path/pace.hpp"

namespace e2e {
namespace failures_test {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string ann = "ann@example.org";

struct Trouble {
    std::string name;
    std::string api;
    json::object match;
    json::object action;
};

void PrintTo(const Trouble& trouble, std::ostream* out) {
    *out << trouble.name;
}

const json::object contacts = {{"method", "POST"}, {"path_prefix", "/contacts"}};
const json::object events = {{"method", "POST"}, {"path_prefix", "/events"}};
const json::object followed = {{"method", "GET"}, {"path_prefix", "/scheduled_events"}};

const std::vector<Trouble>& passing_troubles() {
    static const std::vector<Trouble> all = {
        {"Contacts500", "brevo", contacts, {{"status", 500}}},
        {"Contacts429", "brevo", contacts, {{"status", 429}, {"headers", {{"x-sib-ratelimit-reset", "1"}}}}},
        {"Contacts425", "brevo", contacts, {{"status", 425}}},
        {"ContactsCutBefore", "brevo", contacts, {{"cut", "before"}}},
        {"ContactsAnswerLost", "brevo", contacts, {{"cut", "after"}}},
        {"Events503", "brevo", events, {{"status", 503}, {"headers", {{"Retry-After", "1"}}}}},
        {"EventsCutBefore", "brevo", events, {{"cut", "before"}}},
        {"Calendly500", "calendly", followed, {{"status", 500}}},
        {"Calendly429WithoutABody",
         "calendly",
         followed,
         {{"status", 429}, {"headers", {{"X-RateLimit-Reset", "1"}}}}},
        {"CalendlyCutBefore", "calendly", followed, {{"cut", "before"}}},
        {"CalendlyAnswerLost", "calendly", followed, {{"cut", "after"}}},
        {"CalendlySlow", "calendly", followed, {{"delay_ms", 1500}}},
        {"AttributesUnreadable", "brevo", {{"path_prefix", "/contacts/attributes"}}, {{"status", 502}}},
    };
    return all;
}

class PathPassingTrouble : public PathTest, public testing::WithParamInterface<Trouble> {};

TEST_P(PathPassingTrouble, CostsNothing) {
    lay();
    const auto& trouble = GetParam();
    sandbox().fault(trouble.api, trouble.match, trouble.action, 2);
    system_->start_agent();
    sandbox().book({{"email", ann}, {"start_time", "2030-05-06T07:00:00Z"}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(lists(ann), "[10]");
    EXPECT_EQ(sandbox().contact_count(), 1u);
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
    EXPECT_EQ(system_->pending(), 0);
    EXPECT_EQ(system_->dead(), 0);
}

INSTANTIATE_TEST_SUITE_P(Of, PathPassingTrouble, testing::ValuesIn(passing_troubles()),
                         [](const auto& test) { return test.param.name; });

class PathFailures : public PathTest {};

TEST_F(PathFailures, ALostAnswerToAnEventRepeatsItWithTheSameChangeId) {
    start();
    sandbox().fault("brevo", events, {{"cut", "after"}});
    sandbox().book({{"email", ann}});
    settle();
    const auto sent = sandbox().events(ann);
    ASSERT_EQ(sent.size(), 2u) << "Brevo has no idempotency key: a lost answer may have been a lost event";
    EXPECT_EQ(text_at(sent[0], "/event_properties/change_id"),
              text_at(sent[1], "/event_properties/change_id"));
}

TEST_F(PathFailures, ThePageOfAPortalIsNoSuccess) {
    start();
    sandbox().fault("brevo", contacts, {{"status", 200}, {"body", "<html>please log in</html>"}});
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
}

// Each repetition would start the automation again.
TEST_F(PathFailures, AnEventThatIsAnsweredOddlyIsNotSentAgain) {
    start();
    for (const auto* body : {"", "Accepted"})
        sandbox().fault("brevo", events, {{"status", 200}, {"body", body}});
    sandbox().book({{"email", ann}});
    sandbox().book({{"email", "bea@example.org"}});
    settle();
    EXPECT_THAT(sandbox().calls("brevo"), Contains("POST /events").Times(2));
    EXPECT_THAT(agent().metrics(), HasSubstr(R"(cause="event_answer"} 2)"));
}

// Nobody was deleted, and no no-show undone.
class PathForeign404 : public PathTest, public testing::WithParamInterface<json::value> {};

TEST_P(PathForeign404, SaysOfNothingThatItIsGone) {
    start();
    const auto id = sandbox().book({{"email", ann}});
    settle();
    const json::object page{{"status", 404}, {"body", GetParam()}};
    sandbox().fault("calendly", {{"path_prefix", "/invitee_no_shows"}}, page);
    sandbox().fault("brevo", {{"method", "PUT"}}, page);
    sandbox().mark_no_show(id);
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "no_show");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked", "calendly_no_show"));
    sandbox().fault("brevo", {{"method", "POST"}}, page, 2);
    sandbox().book({{"email", "bea@example.org"}});
    settle();
    EXPECT_THAT(sandbox().event_names("bea@example.org"), ElementsAre("calendly_booked"));
    EXPECT_EQ(system_->dead(), 0);
}

INSTANTIATE_TEST_SUITE_P(Of, PathForeign404,
                         testing::Values(json::value("<html>not found</html>"),
                                         json::value({{"message", "no Route matched with those values"}}),
                                         json::value({{"code", "not_found"}, {"message", "Invalid route"}})));

// A proxy's page quotes the URL, and the URL the person.
TEST_F(PathFailures, WhatSomebodyElseWroteIsNotLogged) {
    const std::string jane = "jane.doe@example.org";
    start();
    const auto id = sandbox().book({{"email", jane}});
    settle();
    const std::vector<json::value> bodies = {
        "<html>/contacts/jane.doe%40example.org is blocked, Jane Doe, 06 12 34 56 78</html>",
        {{"message", "Jane Doe, 06 12 34 56 78 is blocked"}}};
    for (const auto& body : bodies)
        sandbox().fault("brevo", {{"method", "PUT"}}, {{"status", 403}, {"body", body}});
    sandbox().mark_no_show(id);
    settle();
    EXPECT_EQ(attribute(jane, "BOOKING_STATUS"), "no_show");
    EXPECT_THAT(agent().log(), HasSubstr("answered 403 to PUT /contacts/{email}, and not as Brevo does"));
    for (const auto* personal : {"jane", "Jane", "06 12", "blocked"})
        EXPECT_THAT(agent().log(), testing::Not(HasSubstr(personal)));
}

// What stands in between and sends elsewhere, or refuses with a page of its own, is an outage.
TEST_F(PathFailures, RefusalsThatAreNotTheApisOwnAreNobodysFault) {
    start();
    sandbox().fault("brevo", contacts, {{"status", 302}, {"headers", {{"Location", "/login"}}}});
    sandbox().fault("brevo", contacts, {{"status", 407}}, 1);
    sandbox().fault("brevo", events, {{"status", 400}, {"body", "<html>bad request</html>"}});
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
    EXPECT_EQ(system_->dead(), 0);
}

TEST_F(PathFailures, AsManyCallsAsTheAccountAllowsAreWaitedFor) {
    start();
    sandbox().fault("brevo", contacts, {{"status", 429}, {"headers", {{"x-sib-ratelimit-reset", "2"}}}});
    const auto begin = std::chrono::steady_clock::now();
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
    EXPECT_THAT(sandbox().calls("brevo"), Contains("POST /contacts").Times(2));
}

TEST_F(PathFailures, AnUpsertThatBrevoRefusesIsADeadLetter) {
    expect_error("goes to the dead letters");
    start();
    sandbox().fault(
        "brevo", contacts,
        {{"status", 400}, {"body", {{"code", "invalid_parameter"}, {"message", "List 10 is gone"}}}});
    sandbox().book({{"email", ann}});
    settle();
    ASSERT_EQ(system_->dead(), 1);
    const auto letter = system_->dead_letter();
    EXPECT_THAT(letter.at("reason"), AllOf(HasSubstr("Brevo"), HasSubstr("400"), HasSubstr("/contacts")));
    EXPECT_THAT(letter.at("response"), AllOf(HasSubstr("400"), HasSubstr("List 10 is gone")));
    EXPECT_EQ(letter.at("attempts"), "1");
    EXPECT_EQ(text_at(json::parse(letter.at("body")), "/payload/email"), ann);
    EXPECT_EQ(system_->pending(), 0);
    EXPECT_THAT(sandbox().events(ann), IsEmpty()) << "the event comes after the contact, or not at all";
    EXPECT_THAT(agent().log(), testing::Not(HasSubstr(ann)));
}

TEST_F(PathFailures, ADeadLetterCommitsNothing) {
    expect_error("goes to the dead letters");
    start();
    sandbox().fault("brevo", contacts,
                    {{"status", 400}, {"body", {{"code", "bad_request"}, {"message", "no"}}}});
    sandbox().book({{"email", ann}});
    settle();
    ASSERT_EQ(system_->post(system_->dead_letter().at("body")), 200u);
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
}

TEST_F(PathFailures, OfOnePersonDoNotHoldUpTheOthers) {
    start();
    sandbox().fault("calendly", followed, {{"delay_ms", 3000}});
    sandbox().book({{"email", "slow@example.org"}});
    sandbox().book({{"email", ann}});
    harness::wait_until([&] { return sandbox().events(ann).size() == 1; },
                        "the other person should be synced");
    EXPECT_THAT(sandbox().events("slow@example.org"), IsEmpty());
    settle();
    EXPECT_EQ(sandbox().contact_count(), 2u);
}

class PathForbidden : public PathTest, public testing::WithParamInterface<int> {};

TEST_P(PathForbidden, TheEmbeddedDataServeAndItIsCounted) {
    start();
    sandbox().fault("calendly", {{"path_prefix", "/scheduled_events"}},
                    {{"status", GetParam()}, {"body", {{"title", "Sorry"}}}}, -1);
    sandbox().book({{"email", ann}, {"timezone", "Europe/Oslo"}, {"start_time", "2030-05-06T07:00:00Z"}});
    settle();
    EXPECT_EQ(attribute(ann, "MEETING_DATE"), "2030-05-06T09:00:00+02:00");
    EXPECT_EQ(lists(ann), "[10]");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
    EXPECT_THAT(agent().metrics(),
                HasSubstr("calendly_agent_fallbacks_total{connector=\"calendly\",cause=\"event_copy\"} 1"));
    EXPECT_EQ(system_->dead(), 0);
}

INSTANTIATE_TEST_SUITE_P(At, PathForbidden, testing::Values(403, 404));

struct Refusal {
    std::string api;
    int status;
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
    *out << refusal.api << " " << refusal.status;
}

class PathParked : public PathTest, public testing::WithParamInterface<Refusal> {};

TEST_P(PathParked, SaysWhyAndConsumesNothingMore) {
    expect_error("parked");
    const auto& [api, status] = GetParam();
    start();
    wait_until_well();
    const json::object body =
        api == "brevo"
            ? json::object{{"code", "unauthorized"}, {"message", "an unrecognised IP address 192.0.2.7. Ann"}}
            : json::object{{"title", "Unauthenticated"}, {"message", "The token of Ann is invalid"}};
    sandbox().fault(api, {}, {{"status", status}, {"body", body}}, -1);
    sandbox().book({{"email", ann}});
    const std::string words =
        api == "brevo" ? "unauthorized, unrecognised IP address 192.0.2.7\"" : "Unauthenticated\"";
    const auto tells = [&] { return agent().health().body.find(words) != std::string::npos; };
    harness::wait_until(tells, "health should tell");
    EXPECT_EQ(agent().health().status, 503u);
    EXPECT_THAT(agent().health().body, HasSubstr(std::to_string(status)));
    EXPECT_THAT(agent().metrics(), HasSubstr(R"(calendly_agent_parked{connector="calendly",api=")" +
                                             (api == "brevo" ? "brevo_contacts" : api) + "\"} 1"));
    sandbox().book({{"email", "bea@example.org"}});
    harness::wait_until([&] { return !sandbox().has_pending_deliveries(); },
                        "webhooks should still be accepted");
    EXPECT_EQ(system_->backlog(), 2);
    EXPECT_EQ(system_->pending(), 1) << "nothing new is consumed";
    EXPECT_EQ(agent().stop(), 0);
    EXPECT_EQ(system_->backlog(), 2) << "they stay";
    EXPECT_EQ(system_->dead(), 0);

    sandbox().clear_faults();
    system_->start_agent();
    harness::wait_until([&] { return sandbox().events("bea@example.org").size() == 1; },
                        "what was not consumed should be synced");
    EXPECT_EQ(system_->dead(), 0);
}

INSTANTIATE_TEST_SUITE_P(By, PathParked,
                         testing::Values(Refusal{"brevo", 401}, Refusal{"brevo", 402}, Refusal{"brevo", 403},
                                         Refusal{"calendly", 401}),
                         [](const auto& test) { return test.param.api + std::to_string(test.param.status); });

TEST_F(PathFailures, ThePaceStaysUnderTheAccountsLimits) {
    harness::SystemOptions options;
    options.rate_limit = "10/s";
    start(std::move(options));
    for (int i = 0; i < 25; ++i) sandbox().book({{"email", "guest" + std::to_string(i) + "@example.org"}});
    settle();
    EXPECT_EQ(sandbox().contact_count(), 25u);
    expect_brevo_paced(sandbox().journal("brevo"), 10);
}

}  // namespace failures_test
}  // namespace e2e
