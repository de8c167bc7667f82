// The text that Prometheus scrapes: dashboards and alarms are made of these names and labels.
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text/version.hpp"
#include "unit/web/metric_contract.hpp"
#include "web/metrics.hpp"

namespace web_metrics_test {

using syncing::EntryOutcome;
using syncing::Fallback;
using testing::HasSubstr;
using testing::Not;

syncing::ConnectorStatus connector(std::string name = "calendly") {
    syncing::ConnectorStatus status;
    status.name = std::move(name);
    return status;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

// Name, with a histogram's suffix, and labels with their values.
struct Sample {
    std::string name;
    std::map<std::string, std::string> labels;
    std::string value;
};

std::vector<Sample> samples_of(const std::string& text) {
    static const std::regex form(R"(([a-z_]+)(?:\{(.*)\})? (\S+))"), label("([a-z]+)=\"([^\"]*)\"");
    std::vector<Sample> samples;
    for (const auto& line : lines_of(text)) {
        std::smatch match;
        if (line.starts_with('#') || !std::regex_match(line, match, form)) continue;
        Sample sample{match[1], {}, match[3]};
        const std::string labels = match[2];
        for (std::sregex_iterator i(labels.begin(), labels.end(), label), end; i != end; ++i)
            sample.labels[(*i)[1]] = (*i)[2];
        samples.push_back(std::move(sample));
    }
    return samples;
}

std::string family_of(const std::string& name) {
    for (const std::string suffix : {"_bucket", "_sum", "_count"})
        if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
    return name;
}

TEST(Metrics, AreThoseOfTheContractFromTheStart) {
    const auto text = web::metrics_text({connector()});
    std::set<std::string> promised;
    std::map<std::string, std::set<std::string>> labels;
    for (const auto& sample : samples_of(text))
        for (const auto& [label, value] : sample.labels)
            if (label != "le") labels[family_of(sample.name)].insert(label);
    for (const auto& [name, type, wanted] : metric_contract::all()) {
        const auto full = std::string("calendly_agent_") + name;
        promised.insert(full);
        EXPECT_THAT(text, HasSubstr("# TYPE " + full + " " + type + "\n"));
        EXPECT_EQ(labels[full], wanted) << full;
    }
    for (const auto& sample : samples_of(text))
        EXPECT_TRUE(promised.contains(family_of(sample.name))) << sample.name << " is in no contract";
}

TEST(Metrics, HaveEnumerationsForLabelsAndSpeakOfEachInASentence) {
    const auto text = web::metrics_text({connector()});
    const std::regex value(R"([\w.+~:-]*)");
    for (const auto& sample : samples_of(text))
        for (const auto& [label, said] : sample.labels)
            EXPECT_TRUE(std::regex_match(said, value)) << sample.name << " " << label << "=" << said;
    for (const auto& line : lines_of(text)) {
        if (line.starts_with("# HELP ")) {
            EXPECT_GT(line.size(), line.find(' ', 7) + 5) << line;
        }
    }
}

TEST(Metrics, OfAConnectorThatHasDoneNothingAreZeroButForStatesThatAreWell) {
    const std::set<std::string> ones = {"calendly_agent_mapping_ok", "calendly_agent_account_ok",
                                        "calendly_agent_edge_ok", "calendly_agent_build_info"};
    for (const auto& sample : samples_of(web::metrics_text({connector()}))) {
        if (sample.name == "calendly_agent_verdict") continue;
        EXPECT_EQ(sample.value, ones.contains(sample.name) ? "1" : "0") << sample.name;
    }
}

TEST(Metrics, CountEachOutcomeEventAndCause) {
    auto status = connector();
    status.counters.entries = {{EntryOutcome::synced, 4}, {EntryOutcome::dead, 1}};
    status.counters.events = {{rules::Change::booked, 1}, {rules::Change::no_show_undone, 5}};
    status.counters.fallbacks = {{{Fallback::attribute_refused, "SMS"}, 1},
                                 {{Fallback::attribute_refused, "WHATSAPP"}, 2},
                                 {{Fallback::event_type_name, ""}, 4}};
    status.counters.dead_letters[syncing::FaultKind::brevo] = 3;
    status.counters.leases_lost = 6;
    const auto text = web::metrics_text({status});
    for (const auto* sample : {R"(entries_total{connector="calendly",outcome="dead"} 1)",
                               R"(entries_total{connector="calendly",outcome="ignored"} 0)",
                               R"(entries_total{connector="calendly",outcome="synced"} 4)",
                               R"(events_total{connector="calendly",event="calendly_booked"} 1)",
                               R"(events_total{connector="calendly",event="calendly_no_show_undone"} 5)",
                               R"(fallbacks_total{connector="calendly",cause="attribute_refused"} 3)",
                               R"(fallbacks_total{connector="calendly",cause="event_type_name"} 4)",
                               R"(dead_letters_total{connector="calendly",reason="refused_by_brevo"} 3)",
                               R"(dead_letters_total{connector="calendly",reason="malformed"} 0)",
                               R"(leases_lost_total{connector="calendly"} 6)"})
        EXPECT_THAT(text, HasSubstr(sample));
}

TEST(Metrics, OneOfTheSubscriptionsStatesIsOne) {
    auto status = connector();
    status.watch.emplace();
    status.watch->subscription = rules::SubscriptionState::duplicate;
    status.watch->edge = rules::EdgeState::broken;
    status.watch->repairs = 2;
    status.watch->checked_ms = 1'500;
    const auto text = web::metrics_text({status});
    for (const auto* sample :
         {R"(_subscription_state{connector="calendly",state="duplicate"} 1)",
          R"(_subscription_state{connector="calendly",state="ok"} 0)",
          R"(_subscription_checked_timestamp_seconds{connector="calendly"} 1.5)",
          R"(_edge_ok{connector="calendly"} 0)", R"(_subscription_repairs_total{connector="calendly"} 2)"})
        EXPECT_THAT(text, HasSubstr(sample));
}

TEST(Metrics, SayWhatWaitsInEachStreamAndSinceWhen) {
    auto status = connector();
    status.in_flight = 12;
    status.held_history = 5;
    status.backlog.webhooks = 9;
    status.backlog.oldest_ms = 1'700'000'000'000;
    status.backlog.history = 8;
    const auto text = web::metrics_text({status});
    for (const auto* sample :
         {R"(in_flight{connector="calendly"} 12)",
          R"(held_entries{connector="calendly",stream="webhooks"} 7)",
          R"(held_entries{connector="calendly",stream="history"} 5)",
          R"(backlog_entries{connector="calendly",stream="webhooks"} 9)",
          R"(backlog_entries{connector="calendly",stream="history"} 8)",
          R"(oldest_entry_timestamp_seconds{connector="calendly",stream="webhooks"} 1700000000)",
          R"(oldest_entry_timestamp_seconds{connector="calendly",stream="history"} 0)"})
        EXPECT_THAT(text, HasSubstr(sample));
}

TEST(Metrics, HaveHistogramsWhoseBucketsContainThoseBelow) {
    auto status = connector();
    for (const double seconds : {0.1, 0.4, 90'000.0}) status.counters.end_to_end.observe(seconds);
    const auto text = web::metrics_text({status});
    for (const auto* sample : {R"(end_to_end_seconds_bucket{connector="calendly",le="0.1"} 1)",
                               R"(end_to_end_seconds_bucket{connector="calendly",le="0.5"} 2)",
                               R"(end_to_end_seconds_bucket{connector="calendly",le="86400"} 2)",
                               R"(end_to_end_seconds_bucket{connector="calendly",le="+Inf"} 3)",
                               R"(end_to_end_seconds_count{connector="calendly"} 3)",
                               R"(end_to_end_seconds_sum{connector="calendly"} 90000.5)"})
        EXPECT_THAT(text, HasSubstr(sample));
}

TEST(Metrics, CallsAreThoseOfAllConnectorsTogether) {
    using api::Operation;
    auto one = connector("one"), two = connector("two");
    const auto first = std::make_shared<api::Traffic>(), second = std::make_shared<api::Traffic>();
    first->note(Operation::upsert_contact, 201, std::chrono::milliseconds(80));
    first->note(Operation::send_event, 0, std::chrono::seconds(10));
    second->note(Operation::upsert_contact, 201, std::chrono::milliseconds(20));
    second->note(Operation::invitee, 404, std::chrono::milliseconds(20));
    one.traffic = first;
    two.traffic = second;
    const auto text = web::metrics_text({one, two, connector("three")});
    for (const auto* sample :
         {R"(api_requests_total{api="brevo_contacts",operation="upsert_contact",status="201"} 2)",
          R"(api_requests_total{api="brevo_contacts",operation="upsert_contact",status="429"} 0)",
          R"(api_requests_total{api="brevo_events",operation="send_event",status="none"} 1)",
          R"(api_requests_total{api="calendly",operation="invitee",status="404"} 1)",
          R"(api_request_seconds_bucket{api="brevo_contacts",operation="upsert_contact",le="0.05"} 1)",
          R"(api_request_seconds_count{api="brevo_contacts",operation="upsert_contact"} 2)",
          R"(api_request_seconds_bucket{api="brevo_events",operation="send_event",le="5"} 0)"})
        EXPECT_THAT(text, HasSubstr(sample));
}

TEST(Metrics, ShowWhatTheAdminApiRefusedOrSurvived) {
    const auto text = web::metrics_text(
        {}, {.not_accepted = 1, .displaced = 2, .late = 3, .malformed = 4, .exceptions = 5});
    for (const auto* sample :
         {R"(cause="not_accepted"} 1)", R"(cause="too_many_connections"} 2)", R"(cause="late_request"} 3)",
          R"(cause="malformed_request"} 4)", R"(cause="exception"} 5)"})
        EXPECT_THAT(text, HasSubstr(sample));
    EXPECT_THAT(text, HasSubstr(std::string("version=\"") + text::version() + "\""));
}

TEST(Metrics, GaugesShowTheStateOfNow) {
    auto status = connector();
    status.redis_up = true;
    status.counters.contacts_written = 5;
    status.mapping_problem = "attributes that the Brevo account lacks: X";
    status.apis.of(api::ApiName::calendly).parked = "401";
    status.apis.of(api::ApiName::brevo_events).is_resting = true;
    status.apis.of(api::ApiName::calendly).retries_for(api::RetryCause::rate_limited) = 2;
    status.dead_letters.count = 4;
    status.pause.emplace();
    status.budgets[static_cast<std::size_t>(api::ApiName::calendly)] = 0.25;
    status.token = {.is_login = true, .at = std::chrono::system_clock::time_point(std::chrono::hours(1))};
    status.reconcile.runs = 2;
    status.reconcile.failed_runs = 1;
    status.troubles = {{syncing::TroubleKind::machine, "a", 2, {}},
                       {syncing::TroubleKind::machine, "b", 1, {}}};
    status.counters.troubles[syncing::TroubleKind::key] = 9;
    const auto text = web::metrics_text({status});
    for (const auto* sample :
         {R"(contacts_written_total{connector="calendly"} 5)",
          R"(retries_total{connector="calendly",api="calendly",cause="rate_limited"} 2)",
          R"(retries_total{connector="calendly",api="calendly",cause="no_answer"} 0)",
          R"(redis_up{connector="calendly"} 1)", R"(parked{connector="calendly",api="calendly"} 1)",
          R"(parked{connector="calendly",api="brevo_contacts"} 0)",
          R"(breaker_open{connector="calendly",api="calendly"} 0)",
          R"(breaker_open{connector="calendly",api="brevo_events"} 1)", R"(paused{connector="calendly"} 1)",
          R"(budget_used_ratio{connector="calendly",api="calendly"} 0.25)",
          R"(token_expiry_timestamp_seconds{connector="calendly",kind="login"} 3600)",
          R"(token_expiry_timestamp_seconds{connector="calendly",kind="personal"} 0)",
          R"(reconcile_runs_total{connector="calendly",result="done"} 2)",
          R"(reconcile_runs_total{connector="calendly",result="failed"} 1)",
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
