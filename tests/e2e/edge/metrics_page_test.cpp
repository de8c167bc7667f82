// calendly_metrics: where the page is served, how, and whether Prometheus can read it.
#include "e2e/edge/metrics_fixture.hpp"

namespace e2e {
namespace metrics_page_test {

using harness::HttpClient;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class EdgeMetricsPage : public EdgeMetricsTest {};

TEST_F(EdgeMetricsPage, PromtoolAcceptsThem) {
    start_with_metrics();
    expect_promtool_accepts(scrape());
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(post(delivery("{}", "not-one-of-the-signing-keys")).status, 401u);
    expect_promtool_accepts(scrape());
}

TEST_F(EdgeMetricsPage, WithoutAnyConnector) {
    start_nginx_with_metrics("return 204;");
    const auto metrics = scrape();
    EXPECT_THAT(metrics, AllOf(HasSubstr("calendly_edge_inflight 0\n"), Not(HasSubstr("connector="))));
    expect_promtool_accepts(metrics);
}

TEST_F(EdgeMetricsPage, AnswersGetAndHead) {
    start_with_metrics();
    const auto got = get("/metrics");
    EXPECT_EQ(got.status, 200u);
    EXPECT_EQ(got.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_THAT(got.body, HasSubstr("# TYPE calendly_edge_webhooks_total counter\n"));

    HttpClient client(nginx_->port());
    client.send({.method = "HEAD", .target = "/metrics", .headers = {}, .body = {}});
    const auto head = client.receive(true);
    EXPECT_EQ(head.status, 200u);
    EXPECT_EQ(head.header("content-type"), got.header("content-type"));
    EXPECT_EQ(head.header("content-length"), std::to_string(got.body.size()));

    const auto posted = client.request({.method = "POST", .target = "/metrics", .headers = {}, .body = "{}"});
    EXPECT_EQ(posted.status, 405u);
    EXPECT_EQ(posted.header("allow"), "GET, HEAD");
}

TEST_F(EdgeMetricsPage, OneCharsetInTheHeader) {
    start_nginx({.location = "return 204;",
                 .server = "charset utf-8; gzip on; location = /metrics { calendly_metrics; }"});
    EXPECT_EQ(get("/metrics").header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(EdgeMetricsPage, LimitedAndConditionalLocations) {
    start_redis();
    start_nginx({.location = location(redis_->url()),
                 .server = "location = /metrics { calendly_metrics; if ($http_x_mark) { set $mark 1; }"
                           "                      limit_except GET { allow all; } }"
                           "location = /limited { " +
                           location(redis_->url(), "limit_except GET { allow all; }") + " }" +
                           "location = /get { " +
                           location(redis_->url(), "limit_except POST { allow all; }") + " }"});
    auto request = delivery("{}");
    request.target = "/limited";
    EXPECT_EQ(post(request).status, 200u);
    EXPECT_EQ(counted("accepted"), 1);
    EXPECT_EQ(get("/get").status, 405u);
    EXPECT_EQ(send_without_body("GET", "/metrics", {{"X-Mark", "1"}}).status, 200u);
    EXPECT_EQ(send_without_body("POST", "/metrics").status, 405u);
}

TEST_F(EdgeMetricsPage, InAnotherPage) {
    harness::write_file(folder_ / "page.html", "<!--#include virtual=\"/metrics\" -->the end");
    start_nginx({.location = "return 204;",
                 .server = "location = /metrics { internal; calendly_metrics; }"
                           "location = /page { ssi on; default_type text/html; alias " +
                           (folder_ / "page.html").string() + "; }"});
    EXPECT_THAT(get("/page").body,
                AllOf(HasSubstr("calendly_edge_redis_up 1\n"), testing::EndsWith("the end")));
}

TEST_F(EdgeMetricsPage, TheReadyLocationOfTheProject) {
    start_redis();
    const auto ready = std::filesystem::path(SOURCE_DIR) / "conf/nginx/metrics.conf";
    start_nginx({.location = location(redis_->url()), .server = "include " + ready.string() + ";"});
    EXPECT_EQ(post("{}").status, 200u);
    const auto got = get("/calendly/metrics");
    EXPECT_EQ(got.status, 200u);
    EXPECT_THAT(got.body, HasSubstr("{connector=\"calendly\",result=\"accepted\"} 1\n"));
}

}  // namespace metrics_page_test
}  // namespace e2e
