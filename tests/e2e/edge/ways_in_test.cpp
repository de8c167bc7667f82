// 200 means stored and every refusal says so, whatever the way into the location and whatever else is asked.
#include "e2e/edge/fixture.hpp"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class EdgeWaysIn : public EdgeTest {
protected:
    // Everything that nginx's error_page brings to the location: each of these goes there, by a status of its
    // own.
    static constexpr const char* other_ways =
        "location = /as-200 { error_page 418 =200 @webhooks; return 418; }\n"
        "location = /as-404 { error_page 418 =404 @webhooks; return 418; }\n"
        "location = /as-204 { error_page 418 =204 @webhooks; return 418; }\n"
        "location = /as-it-says { error_page 418 = @webhooks; return 418; }\n"
        "location = /as-418 { error_page 418 @webhooks; return 418; }\n"
        "location = /missing { error_page 404 @webhooks; root /nonexistent; }\n"
        "location = /tried { root /nonexistent; try_files /nothing @webhooks; }\n"
        "location = /mirrored { mirror /webhooks/calendly; return 204; }\n"
        "location = /copied { mirror /webhooks/calendly; proxy_pass http://127.0.0.1:1; }\n";
    static constexpr const char* paths[] = {"/as-200", "/as-404",  "/as-204", "/as-it-says",
                                            "/as-418", "/missing", "/tried",  harness::Nginx::path};

    void start_with_other_ways(const std::string& more = "") {
        start_redis();
        const auto inside = location(redis_->url(), more);
        start_nginx({.location = inside, .server = other_ways + ("location @webhooks { " + inside + " }\n")});
    }

    unsigned status(const std::string& path, harness::HttpRequest request) {
        request.target = path;
        return post(request).status;
    }
};

TEST_F(EdgeWaysIn, StoredIs200) {
    start_with_other_ways();
    std::size_t count = 0;
    for (const std::string path : paths) {
        EXPECT_EQ(status(path, delivery("{}")), 200u) << path;
        EXPECT_EQ(stored(), ++count) << path;
    }
}

TEST_F(EdgeWaysIn, RefusedIsRefused) {
    start_with_other_ways();
    for (const std::string path : paths) {
        EXPECT_EQ(status(path, delivery("{}", "a-key-that-nobody-configured")), 401u) << path;
        EXPECT_EQ(status(path, {.target = "", .headers = {}, .body = "{}"}), 401u) << path;
        auto put = delivery("{}");
        put.method = "PUT";
        EXPECT_EQ(status(path, put), 405u) << path;
    }
    redis_->client().text({"SET", "calendly:{calendly}:webhooks", "not a stream"});
    for (const std::string path : paths) EXPECT_EQ(status(path, delivery("{}")), 503u) << path;
}

TEST_F(EdgeWaysIn, ConditionsAndRangesChangeNothing) {
    start_with_other_ways();
    std::size_t count = 0;
    for (const std::pair<std::string, std::string>& header :
         {std::pair<std::string, std::string>{"If-Match", "\"x\""},
          {"If-Match", "*"},
          {"If-None-Match", "*"},
          {"If-None-Match", "\"x\""},
          {"If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"},
          {"If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"},
          {"If-Range", "\"x\""},
          {"Range", "bytes=0-0"},
          {"Range", "bytes=100-"}})
        for (const std::string path : {"/as-it-says", harness::Nginx::path}) {
            auto request = delivery("{}");
            request.headers.push_back(header);
            request.headers.emplace_back("Range", "bytes=5-");
            request.target = path;
            const auto response = post(request);
            EXPECT_EQ(response.status, 200u) << header.first << " " << path;
            EXPECT_EQ(response.body, "OK") << header.first << " " << path;
            EXPECT_EQ(stored(), ++count);
            auto forged = delivery("{}", "a-key-that-nobody-configured");
            forged.headers.push_back(header);
            EXPECT_EQ(status(path, forged), 401u) << header.first << " " << path;
        }
}

TEST_F(EdgeWaysIn, NginxsOwnRefusalsAreNotMadeASuccess) {
    start_with_other_ways("client_max_body_size 1k; error_page 400 401 413 500 503 =200 /status;");
    harness::HttpClient client(nginx_->port());
    client.send_bytes("POST /webhooks/calendly HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" +
                      std::string(header_name) + ": " + shared::sign_delivery(first_key, now(), "") +
                      "\r\n\r\n800\r\n" + std::string(0x800, 'x') + "\r\n0\r\n\r\n");
    EXPECT_EQ(client.receive().status, 413u);
    EXPECT_EQ(stored(), 0u);
}

TEST_F(EdgeWaysIn, NginxWarnsOfAnErrorPageThatMakesASuccessOfItsRefusals) {
    const auto told = [&](const std::string& error_page) {
        return harness::Nginx::check(folder_, {.location = location("unix:/none"), .server = error_page})
            .output;
    };
    EXPECT_THAT(told("error_page 413 429 =200 /status;"),
                AllOf(HasSubstr("\"error_page 413 =200\""), HasSubstr("\"error_page 429 =200\"")));
    for (const std::string harmless :
         {"error_page 404 =200 /status;", "error_page 405 =200 /status;", "error_page 413 /status;",
          "error_page 413 = /status;", "error_page 413 =403 /status;"})
        EXPECT_THAT(told(harmless), Not(HasSubstr("look stored"))) << harmless;
}

TEST_F(EdgeWaysIn, ASubrequestIsRefusedAndTheLogSaysSo) {
    start_with_other_ways();
    for (const std::string path : {"/mirrored", "/copied", "/copied"}) status(path, delivery("{}"));
    wait_for_log("a subrequest (mirror, auth_request, SSI) into a location with calendly_webhook is refused");
    EXPECT_EQ(stored(), 0u);
    EXPECT_LE(times_logged("a subrequest"), 2u) << "one line a second";
}

}  // namespace
}  // namespace e2e
