// An edge whose metrics are read as Prometheus does.
#pragma once

#include <functional>

#include "e2e/edge/fixture.hpp"
#include "e2e/edge/one_turn.hpp"

namespace e2e {

class EdgeMetricsTest : public EdgeTest {
protected:
    void start_with_metrics(const std::string& more = "", unsigned workers = 1,
                            const std::string& main = "") {
        start_redis();
        start_nginx_with_metrics(location(redis_->url(), more), workers, main);
    }

    void start_nginx_with_metrics(const std::string& webhook_location, unsigned workers = 1,
                                  const std::string& main = "") {
        start_nginx({.location = webhook_location,
                     .server = "location = /metrics { calendly_metrics; access_log off; }",
                     .main = main,
                     .workers = workers});
    }

    harness::HttpResponse send_without_body(const std::string& method, const std::string& target,
                                            const harness::Headers& headers = {}) const {
        return harness::send_once(nginx_->port(),
                                  {.method = method, .target = target, .headers = headers, .body = {}});
    }

    harness::HttpResponse get(const std::string& target) const { return send_without_body("GET", target); }

    std::string scrape() const { return get("/metrics").body; }

    // Of a whole series such as calendly_edge_inflight.
    double value(const std::string& series) const {
        const std::string text = "\n" + scrape();
        const auto found = text.find("\n" + series + " ");
        if (found == text.npos) throw std::runtime_error("not in the metrics: " + series + text);
        return std::stod(text.substr(found + series.size() + 2));
    }

    double counted(const std::string& result, const std::string& connector = "calendly") const {
        return value("calendly_edge_webhooks_total{connector=\"" + connector + "\",result=\"" + result +
                     "\"}");
    }

    double inflight() const { return value("calendly_edge_inflight"); }
    double redis_up() const { return value("calendly_edge_redis_up"); }
    double stored_within(const std::string& seconds) const {
        return value("calendly_edge_store_seconds_bucket{le=\"" + seconds + "\"}");
    }

    std::vector<harness::HttpClient> send_many(int count) const {
        std::vector<harness::HttpClient> clients;
        for (int i = 0; i < count; ++i) clients.push_back(send("waiting"));
        wait_for_in_flight(count);
        return clients;
    }

    // They go to Redis together, so that the same becomes of all. There is one worker.
    std::vector<harness::HttpClient> send_many_in_one_turn(int count) const {
        const auto number = static_cast<std::size_t>(count);
        auto clients = connect(*nginx_, number, "/metrics");
        send_in_one_turn(*nginx_, clients, std::vector(number, delivery("waiting")));
        wait_for_in_flight(count);
        return clients;
    }

    void wait_for_in_flight(int count) const {
        wait_for([&] { return inflight() == count; }, std::to_string(count) + " should be in flight");
    }

    static void wait_for(const std::function<bool()>& condition, const std::string& what) {
        harness::wait_until(condition, what);
    }

    void expect_promtool_accepts(const std::string& metrics) const {
        harness::write_file(folder_ / "metrics.txt", metrics);
        const auto outcome =
            harness::run({"sh", "-c", "promtool check metrics < " + (folder_ / "metrics.txt").string()},
                         folder_ / "promtool.output");
        EXPECT_EQ(outcome.exit_code, 0);
        EXPECT_EQ(outcome.output, "");
    }
};

}  // namespace e2e
