#include <memory>
#include <set>

#include <gmock/gmock.h>

#include "ngx_module/metrics/text.hpp"
#include "ngx_module/metrics/zone.hpp"

namespace edge::metrics {
namespace edge_metrics_test {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(EdgeMetricsText, SaysEverythingFromZero) {
    Snapshot snapshot;
    snapshot.connectors.push_back({.name = "sales-1_eu"});
    EXPECT_EQ(prometheus_text(snapshot),
              R"(# HELP calendly_edge_webhooks_total Deliveries by what became of them.
# TYPE calendly_edge_webhooks_total counter
calendly_edge_webhooks_total{connector="sales-1_eu",result="accepted"} 0
calendly_edge_webhooks_total{connector="sales-1_eu",result="missing_signature"} 0
calendly_edge_webhooks_total{connector="sales-1_eu",result="malformed_signature"} 0
calendly_edge_webhooks_total{connector="sales-1_eu",result="bad_signature"} 0
calendly_edge_webhooks_total{connector="sales-1_eu",result="stale"} 0
calendly_edge_webhooks_total{connector="sales-1_eu",result="redis_unavailable"} 0
calendly_edge_webhooks_total{connector="sales-1_eu",result="redis_timeout"} 0
calendly_edge_webhooks_total{connector="sales-1_eu",result="redis_error"} 0
calendly_edge_webhooks_total{connector="sales-1_eu",result="overload"} 0
# HELP calendly_edge_store_seconds How long accepted deliveries waited for Redis's acknowledgement.
# TYPE calendly_edge_store_seconds histogram
calendly_edge_store_seconds_bucket{le="0.0005"} 0
calendly_edge_store_seconds_bucket{le="0.001"} 0
calendly_edge_store_seconds_bucket{le="0.0025"} 0
calendly_edge_store_seconds_bucket{le="0.005"} 0
calendly_edge_store_seconds_bucket{le="0.01"} 0
calendly_edge_store_seconds_bucket{le="0.025"} 0
calendly_edge_store_seconds_bucket{le="0.05"} 0
calendly_edge_store_seconds_bucket{le="0.1"} 0
calendly_edge_store_seconds_bucket{le="0.25"} 0
calendly_edge_store_seconds_bucket{le="0.5"} 0
calendly_edge_store_seconds_bucket{le="1"} 0
calendly_edge_store_seconds_bucket{le="2.5"} 0
calendly_edge_store_seconds_bucket{le="5"} 0
calendly_edge_store_seconds_bucket{le="+Inf"} 0
calendly_edge_store_seconds_sum 0.000000000
calendly_edge_store_seconds_count 0
# HELP calendly_edge_inflight Deliveries that wait for Redis now.
# TYPE calendly_edge_inflight gauge
calendly_edge_inflight 0
# HELP calendly_edge_redis_up 1 when every connection to Redis of every worker works, else 0.
# TYPE calendly_edge_redis_up gauge
calendly_edge_redis_up 1
)");
}

TEST(EdgeMetricsText, BucketsAreCumulativeAndTheSumIsInSeconds) {
    Snapshot snapshot;
    snapshot.stores.front() = 3;
    snapshot.stores[1] = 2;
    snapshot.stores.back() = 1;
    snapshot.store_nanoseconds = 12'034'567'890;
    const auto text = prometheus_text(snapshot);
    EXPECT_THAT(text, HasSubstr("_bucket{le=\"0.0005\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("_bucket{le=\"0.001\"} 5\n"));
    EXPECT_THAT(text, HasSubstr("_bucket{le=\"5\"} 5\n"));
    EXPECT_THAT(text, HasSubstr("_bucket{le=\"+Inf\"} 6\n"));
    EXPECT_THAT(text, HasSubstr("_sum 12.034567890\n"));
    EXPECT_THAT(text, HasSubstr("_count 6\n"));
}

TEST(EdgeMetricsText, GaugesAndLabelValues) {
    Snapshot snapshot{.inflight = 42, .redis_up = false};
    snapshot.connectors.push_back({.name = "a\"b\\c\nd"});
    const auto text = prometheus_text(snapshot);
    EXPECT_THAT(text, HasSubstr(R"({connector="a\"b\\c\nd",result="stale"} 0)"));
    EXPECT_THAT(text, HasSubstr("calendly_edge_inflight 42\n"));
    EXPECT_THAT(text, HasSubstr("calendly_edge_redis_up 0\n"));
}

TEST(EdgeMetricsText, BoundsAreTheNumbersTheyShow) {
    for (const auto& bucket : store_buckets)
        EXPECT_EQ(std::stod(std::string(bucket.seconds)),
                  std::chrono::duration<double>(bucket.at_most).count());
}

bool lives(pid_t process) {
    return process < 1000;
}

class EdgeMetricsZone : public testing::Test {
protected:
    Snapshot snapshot(const std::set<const ConnectorMetrics*>& configured = {}) {
        return zone_->snapshot(configured, lives);
    }

    static std::uint64_t count(const Snapshot::Connector& connector, Result result) {
        return connector.results[static_cast<std::size_t>(result)];
    }

    std::unique_ptr<Zone> zone_ = std::make_unique<Zone>();
};

TEST_F(EdgeMetricsZone, AcceptedDeliveriesAreTheHistogramsCount) {
    auto& first = *zone_->connector("first");
    auto& second = *zone_->connector("second");
    first.count_accepted(200us);
    first.count_accepted(500us);
    first.count_accepted(501us);
    second.count_accepted(6s);
    const auto seen = snapshot();
    EXPECT_EQ(count(seen.connectors.at(0), Result::accepted), 3u);
    EXPECT_EQ(count(seen.connectors.at(1), Result::accepted), 1u);
    EXPECT_EQ(seen.stores.front(), 2u);
    EXPECT_EQ(seen.stores[1], 1u);
    EXPECT_EQ(seen.stores.back(), 1u);
    EXPECT_EQ(seen.store_nanoseconds, 6'001'201'000u);
}

TEST_F(EdgeMetricsZone, RefusalsAreCountedApart) {
    auto& connector = *zone_->connector("calendly");
    connector.count_refused(Result::stale);
    connector.count_refused(Result::overload);
    connector.count_refused(Result::overload);
    const auto seen = snapshot().connectors.at(0);
    EXPECT_EQ(count(seen, Result::stale), 1u);
    EXPECT_EQ(count(seen, Result::overload), 2u);
    EXPECT_EQ(count(seen, Result::accepted), 0u);
}

TEST_F(EdgeMetricsZone, AConnectorKeepsItsNumbers) {
    zone_->connector("calendly")->count_refused(Result::stale);
    zone_->connector("other");
    EXPECT_EQ(zone_->connector("calendly"), zone_->connector("calendly"));
    EXPECT_NE(zone_->connector("calendly"), zone_->connector("other"));
    EXPECT_EQ(count(snapshot().connectors.at(0), Result::stale), 1u);
}

TEST_F(EdgeMetricsZone, ShowsWhatIsConfiguredOrHasCounted) {
    const auto* const configured = zone_->connector("configured");
    zone_->connector("retired before it counted");
    zone_->connector("retired")->count_accepted(1ms);
    const auto seen = snapshot({configured});
    ASSERT_EQ(seen.connectors.size(), 2u);
    EXPECT_EQ(seen.connectors[0].name, "configured");
    EXPECT_EQ(seen.connectors[1].name, "retired");
}

TEST_F(EdgeMetricsZone, TakesSoManyConnectorsWithNamesOfAnyLength) {
    const std::string longest(64, 'a');
    EXPECT_EQ(zone_->connector(longest)->name(), longest);
    for (std::size_t i = 1; i < Zone::max_connectors; ++i)
        ASSERT_NE(zone_->connector("connector-" + std::to_string(i)), nullptr);
    EXPECT_EQ(zone_->connector("one-more"), nullptr);
    EXPECT_EQ(zone_->connector(longest)->name(), longest);
}

TEST_F(EdgeMetricsZone, SaysWhatFindsRoomAndTakesNothing) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < Zone::max_connectors + 100; ++i) names.push_back("new-" + std::to_string(i));
    const std::vector<std::string_view> all(names.begin(), names.end());
    EXPECT_EQ(zone_->count_with_room(all), Zone::max_connectors);
    EXPECT_EQ(zone_->count_with_room(all), Zone::max_connectors) << "as before";
    EXPECT_TRUE(snapshot({}).connectors.empty());
    zone_->connector("old");
    EXPECT_EQ(zone_->count_with_room(all), Zone::max_connectors - 1);
    const std::vector<std::string_view> few{"old", "new", "new", "old"};
    EXPECT_EQ(zone_->count_with_room(few), few.size());
    for (std::size_t i = 2; i < Zone::max_connectors; ++i) zone_->connector(names[i]);
    EXPECT_EQ(zone_->count_with_room(few), few.size()) << "one name more, however often it stands there";
    EXPECT_EQ(zone_->count_with_room(all), 1u);
}

TEST_F(EdgeMetricsZone, GaugesAreThoseOfLivingWorkers) {
    zone_->enter(0, 10).inflight.add(3);
    zone_->enter(1, 11).inflight.add(4);
    EXPECT_EQ(snapshot().inflight, 7);
    EXPECT_TRUE(snapshot().redis_up);

    auto& killed = zone_->enter(Zone::max_processes - 1, 1000);
    killed.inflight.add(5);
    killed.redis_down.add(1);
    EXPECT_EQ(snapshot().inflight, 7);
    EXPECT_TRUE(snapshot().redis_up);
}

TEST_F(EdgeMetricsZone, OneConnectionDownIsEnough) {
    zone_->enter(0, 10);
    auto& worker = zone_->enter(1, 11);
    worker.redis_down.add(2);
    worker.redis_down.add(-1);
    EXPECT_FALSE(snapshot().redis_up);
    worker.redis_down.add(-1);
    EXPECT_TRUE(snapshot().redis_up);
}

TEST_F(EdgeMetricsZone, ASlotBeginsWithZerosAndEndsWithItsWorker) {
    zone_->enter(0, 10).inflight.add(3);
    zone_->enter(0, 11);
    EXPECT_EQ(snapshot().inflight, 0);
    zone_->enter(0, 12).inflight.add(1);
    zone_->leave(0);
    EXPECT_EQ(snapshot().inflight, 0);
}

TEST_F(EdgeMetricsZone, ADeadWorkerIsForgottenBeforeAnotherProcessHasItsNumber) {
    zone_->enter(0, 10).inflight.add(3);
    EXPECT_EQ(zone_->snapshot({}, [](pid_t) { return false; }).inflight, 0);
    EXPECT_EQ(snapshot().inflight, 0);
}

class EdgeMeters : public EdgeMetricsZone {
protected:
    EdgeMeters() { set_worker_gauges(zone_->enter(0, 10)); }
    ~EdgeMeters() override { set_worker_gauges(outside_); }

    WorkerGauges& outside_ = worker_gauges();
};

TEST_F(EdgeMeters, WorkInTheWorkersSlot) {
    EXPECT_NE(&outside_, &worker_gauges());
    worker_gauges().inflight.add(2);
    EXPECT_EQ(snapshot().inflight, 2);
}

TEST_F(EdgeMeters, AConnectionIsDownOnce) {
    LinkMeter first;
    LinkMeter second;
    first.set_down(true);
    first.set_down(true);
    EXPECT_FALSE(snapshot().redis_up);
    second.set_down(false);
    EXPECT_FALSE(snapshot().redis_up);
    first.set_down(false);
    EXPECT_TRUE(snapshot().redis_up);
}

TEST_F(EdgeMeters, AConnectionThatGoesIsNotDown) {
    {
        LinkMeter link;
        link.set_down(true);
        EXPECT_FALSE(snapshot().redis_up);
    }
    EXPECT_TRUE(snapshot().redis_up);
}

}  // namespace edge_metrics_test
}  // namespace edge::metrics
