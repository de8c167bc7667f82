// What a running agent tells Prometheus: all that the contract names, from 0 on, and it moves as it says.
#include <string>

#include "e2e/harness/process.hpp"
#include "e2e/product/letters_fixture.hpp"
#include "unit/web/metric_contract.hpp"

namespace e2e {
namespace metrics_test {

using testing::HasSubstr;

class ProductMetrics : public LettersTest {
protected:
    // Of "entries_total{...}", without the prefix; -1: there is none.
    double metric(const std::string& sample) {
        const auto text = agent().metrics();
        const auto line = "\ncalendly_agent_" + sample + " ";
        const auto found = text.find(line);
        return found == text.npos ? -1 : std::stod(text.substr(found + line.size(), 40));
    }

    static std::string of_calendly(const std::string& name, const std::string& more = {}) {
        return name + "{connector=\"calendly\"" + (more.empty() ? "" : "," + more) + "}";
    }

    void wait_for(const std::string& sample, double value) {
        harness::wait_until([&] { return metric(sample) == value; },
                            sample + " should be " + std::to_string(value), harness::Duration(20'000));
    }
};

TEST_F(ProductMetrics, AreThoseOfTheContractAndPleasePromtool) {
    start();
    wait_until_well();
    const auto text = agent().metrics();
    for (const auto& [name, type, labels] : metric_contract::all())
        EXPECT_THAT(text, HasSubstr("# TYPE calendly_agent_" + std::string(name) + " " + type + "\n"));
    const auto file = system_->folder() / "metrics.txt";
    harness::write_file(file, text);
    const auto checked = harness::run({"/bin/sh", "-c", "promtool check metrics <'" + file.string() + "'"},
                                      system_->folder() / "promtool.output");
    EXPECT_EQ(checked.exit_code, 0) << checked.output;
    EXPECT_EQ(checked.output, "");
}

TEST_F(ProductMetrics, MoveWithABooking) {
    start();
    wait_until_well();
    const auto upserts =
        R"(api_requests_total{api="brevo_contacts",operation="upsert_contact",status="201"})";
    EXPECT_EQ(metric(upserts), 0);
    EXPECT_EQ(metric(of_calendly("end_to_end_seconds_count")), 0);
    sandbox().book({{"email", "ann@example.com"}});
    settle();
    wait_for(of_calendly("entries_total", R"(outcome="synced")"), 1);
    EXPECT_EQ(metric(of_calendly("events_total", R"(event="calendly_booked")")), 1);
    EXPECT_EQ(metric(of_calendly("contacts_written_total")), 1);
    EXPECT_EQ(metric(of_calendly("end_to_end_seconds_count")), 1);
    EXPECT_EQ(metric(of_calendly("end_to_end_seconds_bucket", R"(le="+Inf")")), 1);
    EXPECT_EQ(metric(upserts), 1);
    EXPECT_EQ(metric(R"(api_requests_total{api="brevo_events",operation="send_event",status="204"})"), 1);
    EXPECT_EQ(metric(R"(api_request_seconds_count{api="brevo_events",operation="send_event"})"), 1);
    EXPECT_GE(metric(R"(api_requests_total{api="calendly",operation="event_type",status="200"})"), 0);
}

TEST_F(ProductMetrics, SayWhatWaitsDuringAPause) {
    start();
    wait_until_well();
    run({"pause"});
    wait_for(of_calendly("paused"), 1);
    sandbox().book({{"email", "ann@example.com"}});
    wait_for(of_calendly("backlog_entries", R"(stream="webhooks")"), 1);
    EXPECT_GT(metric(of_calendly("oldest_entry_timestamp_seconds", R"(stream="webhooks")")), 1.6e9);
    EXPECT_EQ(metric(of_calendly("held_entries", R"(stream="webhooks")")), 0);
    run({"resume"});
    settle();
    wait_for(of_calendly("paused"), 0);
    wait_for(of_calendly("oldest_entry_timestamp_seconds", R"(stream="webhooks")"), 0);
}

TEST_F(ProductMetrics, SayWhyCallsWereRepeatedAndEntriesBuried) {
    start();
    wait_until_well();
    sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}}, {{"status", 503}});
    bury({"ann@example.com"});
    EXPECT_EQ(metric(of_calendly("retries_total", R"(api="brevo_contacts",cause="server_trouble")")), 1);
    EXPECT_EQ(metric(of_calendly("dead_letters_total", R"(reason="refused_by_brevo")")), 1);
    EXPECT_EQ(metric(of_calendly("dead_letter_entries")), 1);
    EXPECT_EQ(metric(R"(api_requests_total{api="brevo_contacts",operation="upsert_contact",status="503"})"),
              1);
    EXPECT_EQ(metric(R"(api_requests_total{api="brevo_contacts",operation="upsert_contact",status="400"})"),
              1);
}

TEST_F(ProductMetrics, SayHowMuchOfTheLimitIsUsed) {
    harness::SystemOptions options;
    options.rate_limit = "20/s";
    start(std::move(options));
    wait_until_well();
    for (int i = 0; i < 10; ++i) sandbox().book({{"email", "guest" + std::to_string(i) + "@example.com"}});
    settle();
    const auto used = metric(of_calendly("budget_used_ratio", R"(api="brevo_contacts")"));
    EXPECT_GT(used, 0);
    EXPECT_LE(used, 1);
}

}  // namespace metrics_test
}  // namespace e2e
