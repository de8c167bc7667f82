// Names of metrics in alarms, dashboard, documents and code: each one that is used exists, and each one that
// exists is shown and explained.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/metrics.hpp"

namespace metric_names_test {

using Names = std::set<std::string>;
using testing::IsEmpty;

std::string file(const std::string& path) {
    std::ifstream in(std::string(FIXTURES_DIR) + "/../../" + path);
    EXPECT_TRUE(in) << path;
    return {std::istreambuf_iterator<char>(in), {}};
}

// Without the suffixes of a histogram's series.
Names names_in(const std::string& text) {
    static const std::regex name("calendly_(agent|edge)_[a-z_]+[a-z]");
    Names names;
    for (std::sregex_iterator i(text.begin(), text.end(), name), end; i != end; ++i) {
        auto found = i->str();
        for (const std::string suffix : {"_bucket", "_count", "_sum"})
            if (found.ends_with("_seconds" + suffix)) found.resize(found.size() - suffix.size());
        names.insert(std::move(found));
    }
    return names;
}

Names lacking(const Names& wanted, const Names& there) {
    Names missing;
    std::ranges::set_difference(wanted, there, std::inserter(missing, missing.end()));
    return missing;
}

// Of the agent what it serves; of the edge what its source has.
Names in_code() {
    syncing::ConnectorStatus status;
    status.name = "calendly";
    auto names = names_in(web::metrics_text({status}));
    names.merge(names_in(file("ngx_module/metrics/text.cpp")));
    return names;
}

Names used_by_alarms_and_dashboard() {
    auto names = names_in(file("conf/prometheus/alerts.yaml"));
    names.merge(names_in(file("conf/grafana/calendly-brevo.json")));
    return names;
}

Names in_documents() {
    auto names = names_in(file("conf/guides/operations.md"));
    names.merge(names_in(file("ngx_module/README.md")));
    return names;
}

TEST(MetricNames, OfAlarmsAndDashboardExist) {
    EXPECT_THAT(lacking(used_by_alarms_and_dashboard(), in_code()), IsEmpty());
}

TEST(MetricNames, OfTheCodeAreShownByAlarmsOrDashboard) {
    EXPECT_THAT(lacking(in_code(), used_by_alarms_and_dashboard()), IsEmpty());
}

TEST(MetricNames, OfTheDocumentsExist) {
    EXPECT_THAT(lacking(in_documents(), in_code()), IsEmpty());
}

TEST(MetricNames, OfTheCodeAreExplained) {
    EXPECT_THAT(lacking(in_code(), in_documents()), IsEmpty());
}

// Each alarm leads to a section of the operations guide, and each section of an alarm to an alarm.
TEST(MetricNames, OfAlarmsAreSectionsOfTheGuide) {
    static const std::regex alert("alert: (\\w+)"), section("(?:^|\n)### (Calendly\\w+)"),
        link("runbook_url: conf/guides/operations\\.md#(\\w+)");
    const auto all = [](const std::string& text, const std::regex& form) {
        Names found;
        for (std::sregex_iterator i(text.begin(), text.end(), form), end; i != end; ++i) {
            std::string name = (*i)[1];
            std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
            found.insert(name);
        }
        return found;
    };
    const auto rules = file("conf/prometheus/alerts.yaml");
    const auto alarms = all(rules, alert);
    EXPECT_GE(alarms.size(), 15u);
    EXPECT_EQ(all(rules, link), alarms);
    EXPECT_EQ(all(file("conf/guides/operations.md"), section), alarms);
}

}  // namespace metric_names_test
