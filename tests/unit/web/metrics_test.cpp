// The text that Prometheus scrapes, to the letter: dashboards and alarms are made of these names and labels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/metrics.hpp"

namespace web_metrics_test {

using syncing::EntryOutcome;
using syncing::Fallback;
using testing::HasSubstr;
using testing::Not;

constexpr auto nothing_yet = R"(# HELP calendly_agent_entries_total Entries done with
# TYPE calendly_agent_entries_total counter
# HELP calendly_agent_events_total Events sent to Brevo
# TYPE calendly_agent_events_total counter
# HELP calendly_agent_fallbacks_total Times the agent went on without something it could not get or Brevo refused
# TYPE calendly_agent_fallbacks_total counter
# HELP calendly_agent_contacts_written_total Contacts written to Brevo
# TYPE calendly_agent_contacts_written_total counter
calendly_agent_contacts_written_total{connector="calendly"} 0
# HELP calendly_agent_missed_by_webhook_total Changes that no webhook had told of when a reconciliation did
# TYPE calendly_agent_missed_by_webhook_total counter
calendly_agent_missed_by_webhook_total{connector="calendly"} 0
# HELP calendly_agent_retries_total Calls that had to be repeated
# TYPE calendly_agent_retries_total counter
calendly_agent_retries_total{connector="calendly"} 0
# HELP calendly_agent_in_flight Entries that this agent holds, those that wait included
# TYPE calendly_agent_in_flight gauge
calendly_agent_in_flight{connector="calendly"} 0
# HELP calendly_agent_redis_up 1 while Redis answers
# TYPE calendly_agent_redis_up gauge
calendly_agent_redis_up{connector="calendly"} 0
# HELP calendly_agent_parked 1 while nothing new is consumed
# TYPE calendly_agent_parked gauge
calendly_agent_parked{connector="calendly"} 0
# HELP calendly_agent_verdict 1 for the verdict on the connector
# TYPE calendly_agent_verdict gauge
calendly_agent_verdict{connector="calendly",verdict="healthy"} 0
calendly_agent_verdict{connector="calendly",verdict="degraded"} 0
calendly_agent_verdict{connector="calendly",verdict="unhealthy"} 1
# HELP calendly_agent_breaker_open 1 while an API in trouble is only tried now and then
# TYPE calendly_agent_breaker_open gauge
calendly_agent_breaker_open{connector="calendly",api="Brevo's contacts"} 0
calendly_agent_breaker_open{connector="calendly",api="Brevo's events"} 0
calendly_agent_breaker_open{connector="calendly",api="Calendly"} 0
# HELP calendly_agent_mapping_ok 0 while mapped attributes or configured lists are missing, or the account could not be read
# TYPE calendly_agent_mapping_ok gauge
calendly_agent_mapping_ok{connector="calendly"} 1
# HELP calendly_agent_account_ok 0 while the Calendly token lacks scopes, or cannot be renewed any more
# TYPE calendly_agent_account_ok gauge
calendly_agent_account_ok{connector="calendly"} 1
# HELP calendly_agent_dead_letter_entries Dead letters that wait
# TYPE calendly_agent_dead_letter_entries gauge
calendly_agent_dead_letter_entries{connector="calendly"} 0
# HELP calendly_agent_in_trouble Pieces of work that are repeated: the machine is in trouble, or a key in Redis is broken
# TYPE calendly_agent_in_trouble gauge
calendly_agent_in_trouble{connector="calendly",kind="key"} 0
calendly_agent_in_trouble{connector="calendly",kind="machine"} 0
calendly_agent_in_trouble{connector="calendly",kind="right"} 0
# HELP calendly_agent_troubles_total Attempts that met such trouble
# TYPE calendly_agent_troubles_total counter
calendly_agent_troubles_total{connector="calendly",kind="key"} 0
calendly_agent_troubles_total{connector="calendly",kind="machine"} 0
calendly_agent_troubles_total{connector="calendly",kind="right"} 0
# HELP calendly_agent_subscription_state 1 for the state of the webhook subscription
# TYPE calendly_agent_subscription_state gauge
# HELP calendly_agent_edge_ok 1 while probes of the public URL reach an agent, forged ones not
# TYPE calendly_agent_edge_ok gauge
# HELP calendly_agent_subscription_repairs_total Times this agent made the subscription right
# TYPE calendly_agent_subscription_repairs_total counter
# HELP calendly_agent_reconciliations_total Times the agent looked for what no webhook told of
# TYPE calendly_agent_reconciliations_total counter
calendly_agent_reconciliations_total{connector="calendly"} 0
# HELP calendly_agent_reconciliation_failures_total Times it could not
# TYPE calendly_agent_reconciliation_failures_total counter
calendly_agent_reconciliation_failures_total{connector="calendly"} 0
# HELP calendly_agent_reconciled_changes_total Changes that it found
# TYPE calendly_agent_reconciled_changes_total counter
calendly_agent_reconciled_changes_total{connector="calendly"} 0
# HELP calendly_agent_last_reconciliation_timestamp_seconds When it last came to its end, Unix seconds; 0: not since the start
# TYPE calendly_agent_last_reconciliation_timestamp_seconds gauge
calendly_agent_last_reconciliation_timestamp_seconds{connector="calendly"} 0
# HELP calendly_agent_admin_troubles_total What the admin API refused or survived
# TYPE calendly_agent_admin_troubles_total counter
calendly_agent_admin_troubles_total{cause="exception"} 0
calendly_agent_admin_troubles_total{cause="late_request"} 0
calendly_agent_admin_troubles_total{cause="malformed_request"} 0
calendly_agent_admin_troubles_total{cause="not_accepted"} 0
calendly_agent_admin_troubles_total{cause="too_many_connections"} 0
)";

syncing::ConnectorStatus connector(std::string name = "calendly") {
    syncing::ConnectorStatus status;
    status.name = std::move(name);
    return status;
}

TEST(Metrics, OfAConnectorThatHasDoneNothingYet) {
    EXPECT_EQ(web::metrics_text({connector()}), nothing_yet);
}

TEST(Metrics, EachOutcomeOfAnEntryIsALabel) {
    auto status = connector();
    status.counters.entries = {{EntryOutcome::synced, 4},
                               {EntryOutcome::dead, 1},
                               {EntryOutcome::repeated, 3},
                               {EntryOutcome::ignored, 2}};
    EXPECT_THAT(web::metrics_text({status}), HasSubstr(R"(_entries_total counter
calendly_agent_entries_total{connector="calendly",outcome="dead"} 1
calendly_agent_entries_total{connector="calendly",outcome="ignored"} 2
calendly_agent_entries_total{connector="calendly",outcome="repeated"} 3
calendly_agent_entries_total{connector="calendly",outcome="synced"} 4
)"));
}

TEST(Metrics, OneOfTheSubscriptionsStatesIsOne) {
    auto status = connector();
    status.watch.emplace();
    status.watch->subscription = rules::SubscriptionState::duplicate;
    status.watch->edge = rules::EdgeState::broken;
    status.watch->repairs = 2;
    const auto text = web::metrics_text({status});
    EXPECT_THAT(text, HasSubstr(R"(_subscription_state{connector="calendly",state="duplicate"} 1)"));
    EXPECT_THAT(text, HasSubstr(R"(_subscription_state{connector="calendly",state="ok"} 0)"));
    EXPECT_THAT(text, HasSubstr(R"(_edge_ok{connector="calendly"} 0)"));
    EXPECT_THAT(text, HasSubstr(R"(_subscription_repairs_total{connector="calendly"} 2)"));
}

TEST(Metrics, EventsHaveTheNamesThatBrevoKnows) {
    auto status = connector();
    status.counters.events = {{rules::Change::booked, 1},         {rules::Change::rescheduled, 2},
                              {rules::Change::canceled, 3},       {rules::Change::no_show, 4},
                              {rules::Change::no_show_undone, 5}, {rules::Change::form_submitted, 6}};
    EXPECT_THAT(web::metrics_text({status}), HasSubstr(R"(_events_total counter
calendly_agent_events_total{connector="calendly",event="calendly_booked"} 1
calendly_agent_events_total{connector="calendly",event="calendly_canceled"} 3
calendly_agent_events_total{connector="calendly",event="calendly_form_submitted"} 6
calendly_agent_events_total{connector="calendly",event="calendly_no_show"} 4
calendly_agent_events_total{connector="calendly",event="calendly_no_show_undone"} 5
calendly_agent_events_total{connector="calendly",event="calendly_rescheduled"} 2
)"));
}

TEST(Metrics, ACauseSaysWhatWasDoneWithoutAndItsDetail) {
    auto status = connector();
    status.counters.fallbacks = {{{Fallback::attribute_refused, "SMS"}, 1},
                                 {{Fallback::contact_left_deleted, ""}, 2},
                                 {{Fallback::event_copy, ""}, 3},
                                 {{Fallback::event_type_name, ""}, 4},
                                 {{Fallback::invitee_copy, ""}, 5},
                                 {{Fallback::new_half, ""}, 6},
                                 {{Fallback::no_show_copy, ""}, 7},
                                 {{Fallback::old_half, ""}, 8},
                                 {{Fallback::value_left_out, "SMS: no phone number"}, 9},
                                 {{Fallback::event_answer, ""}, 10}};
    EXPECT_THAT(web::metrics_text({status}), HasSubstr(R"(_fallbacks_total counter
calendly_agent_fallbacks_total{connector="calendly",cause="attribute refused: SMS"} 1
calendly_agent_fallbacks_total{connector="calendly",cause="contact deleted in Brevo, left alone"} 2
calendly_agent_fallbacks_total{connector="calendly",cause="event type, the event's name serves"} 4
calendly_agent_fallbacks_total{connector="calendly",cause="invitee, the delivery's word serves"} 5
calendly_agent_fallbacks_total{connector="calendly",cause="new half of a reschedule, its own delivery will tell"} 6
calendly_agent_fallbacks_total{connector="calendly",cause="no-show, the delivery's word serves"} 7
calendly_agent_fallbacks_total{connector="calendly",cause="old half of a reschedule, its own delivery will tell"} 8
calendly_agent_fallbacks_total{connector="calendly",cause="scheduled event, its copy in the delivery serves"} 3
calendly_agent_fallbacks_total{connector="calendly",cause="usual answer to an event, taken for a success"} 10
calendly_agent_fallbacks_total{connector="calendly",cause="value left out: SMS: no phone number"} 9
)"));
}

TEST(Metrics, AttributesAreCountedApart) {
    auto status = connector();
    ++status.counters.fallbacks[{Fallback::attribute_refused, "SMS"}];
    ++status.counters.fallbacks[{Fallback::attribute_refused, "WHATSAPP"}];
    const auto text = web::metrics_text({status});
    EXPECT_THAT(text, HasSubstr(R"(cause="attribute refused: SMS"} 1)"));
    EXPECT_THAT(text, HasSubstr(R"(cause="attribute refused: WHATSAPP"} 1)"));
}

TEST(Metrics, WhatHasNotBeenCountedHasNoSample) {
    auto status = connector();
    status.counters.entries[EntryOutcome::synced] = 1;
    EXPECT_THAT(web::metrics_text({status}), Not(HasSubstr("outcome=\"dead\"")));
}

TEST(Metrics, ShowWhatTheAdminApiRefusedOrSurvived) {
    const auto text = web::metrics_text(
        {}, {.not_accepted = 1, .displaced = 2, .late = 3, .malformed = 4, .exceptions = 5});
    for (const auto* sample :
         {R"(cause="not_accepted"} 1)", R"(cause="too_many_connections"} 2)", R"(cause="late_request"} 3)",
          R"(cause="malformed_request"} 4)", R"(cause="exception"} 5)"})
        EXPECT_THAT(text, HasSubstr(sample));
}

TEST(Metrics, GaugesShowTheStateOfNow) {
    auto status = connector();
    status.redis_up = true;
    status.in_flight = 12;
    status.counters.contacts_written = 5;
    status.mapping_problem = "attributes that the Brevo account lacks: X";
    status.apis.of(api::ApiName::calendly).parked = "401";
    status.apis.of(api::ApiName::brevo_events).is_resting = true;
    status.apis.of(api::ApiName::calendly).retries = 2;
    status.apis.of(api::ApiName::brevo_contacts).retries = 1;
    status.dead_letters.count = 4;
    status.troubles = {{syncing::TroubleKind::machine, "a", 2, {}},
                       {syncing::TroubleKind::machine, "b", 1, {}}};
    status.counters.troubles[syncing::TroubleKind::key] = 9;
    const auto text = web::metrics_text({status});
    for (const auto* sample :
         {R"(contacts_written_total{connector="calendly"} 5)", R"(retries_total{connector="calendly"} 3)",
          R"(in_flight{connector="calendly"} 12)", R"(redis_up{connector="calendly"} 1)",
          R"(parked{connector="calendly"} 1)", R"(breaker_open{connector="calendly",api="Calendly"} 0)",
          R"(breaker_open{connector="calendly",api="Brevo's events"} 1)",
          R"(mapping_ok{connector="calendly"} 0)", R"(dead_letter_entries{connector="calendly"} 4)",
          R"(in_trouble{connector="calendly",kind="key"} 0)",
          R"(in_trouble{connector="calendly",kind="machine"} 3)",
          R"(troubles_total{connector="calendly",kind="key"} 9)"})
        EXPECT_THAT(text, HasSubstr(sample));
}

TEST(Metrics, EachConnectorHasItsOwnSamples) {
    const auto text = web::metrics_text({connector("one"), connector("two")});
    EXPECT_THAT(text, HasSubstr("calendly_agent_in_flight{connector=\"one\"} 0\n"
                                "calendly_agent_in_flight{connector=\"two\"} 0\n"));
}

}  // namespace web_metrics_test
