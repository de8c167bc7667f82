// 200 means stored and every refusal says so, whatever the way into the location and whatever else is asked.
#include "e2e/edge/fixture.hpp"

namespace e2e {
namespace ways_in_test {

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

// Refused by nginx before the module is asked, whatever the pages for it say.
class EdgePages : public EdgeWaysIn {
protected:
    static constexpr const char* pages =
        "error_page 413 = /page; error_page 429 =200 /page; error_page 410 = @page; error_page 409 /page;";

    void start_with(const std::string& in_location, const std::string& in_server,
                    const std::string& in_http) {
        start_redis();
        const std::string refusing =
            "client_max_body_size 30; if ($arg_refuse = 429) { return 429; } "
            "if ($arg_refuse = 410) { return 410; } if ($arg_refuse = 409) { return 409; } ";
        start_nginx({.location = location(redis_->url(), refusing + in_location),
                     .server = "location = /page { return 200; } location @page { return 204; } " + in_server,
                     .http = in_http});
    }

    void expect_refusals() {
        const std::string path = harness::Nginx::path;
        EXPECT_EQ(status(path, delivery(std::string(31, 'x'))), 413u);
        for (const unsigned refusal : {409u, 410u, 429u})
            EXPECT_EQ(status(path + "?refuse=" + std::to_string(refusal), delivery("{}")), refusal);
        EXPECT_EQ(stored(), 0u);
        EXPECT_EQ(status(path, delivery("{}")), 200u);
        EXPECT_EQ(stored(), 1u);
    }
};

TEST_F(EdgePages, OfTheLocationGiveARefusalNoStatus) {
    start_with(pages, "", "");
    expect_refusals();
}

TEST_F(EdgePages, OfTheServerGiveARefusalNoStatus) {
    start_with("", pages, "");
    expect_refusals();
    EXPECT_EQ(status("/page", {.target = "", .headers = {}, .body = std::string(2 << 20, 'x')}), 200u)
        << "elsewhere they do what they did";
}

TEST_F(EdgePages, OfAllServersGiveARefusalNoStatus) {
    start_with("", "", pages);
    expect_refusals();
}

// Before it knows the location.
TEST_F(EdgeWaysIn, NginxWarnsOfAServersPageThatMakesASuccessOfARefusal) {
    const auto told = [&](const std::string& error_page) {
        return harness::Nginx::check(folder_, {.location = location("unix:/none"), .server = error_page})
            .output;
    };
    EXPECT_THAT(told("error_page 400 494 =200 /status;"),
                AllOf(HasSubstr("\"error_page 400 =200\""), HasSubstr("\"error_page 494 =200\"")));
    EXPECT_THAT(told("error_page 414 = /status;"), HasSubstr("\"error_page 414 =\""));
    for (const std::string harmless :
         {"error_page 404 =200 /status;", "error_page 405 =200 /status;", "error_page 413 = /status;",
          "error_page 400 /status;", "error_page 400 =403 /status;", "error_page 497 = https://x/;"})
        EXPECT_THAT(told(harmless), Not(HasSubstr("[warn]"))) << harmless;
}

TEST_F(EdgeWaysIn, NginxWarnsOfAPageThatHasNoEffect) {
    const auto told = [&](const std::string& inside, const std::string& server) {
        return harness::Nginx::check(folder_, {.location = location("unix:/none", inside), .server = server})
            .output;
    };
    EXPECT_THAT(told("error_page 413 /page;", ""), HasSubstr("error_page has no effect in its location"));
    EXPECT_THAT(told("if ($arg_x) { set $y 1; }", "error_page 413 /page;"), Not(HasSubstr("no effect")));
}

TEST_F(EdgeWaysIn, ASubrequestIsRefusedAndTheLogSaysSo) {
    start_with_other_ways();
    for (const std::string path : {"/mirrored", "/copied", "/copied"}) status(path, delivery("{}"));
    wait_for_log("a subrequest (mirror, auth_request, SSI) into a location with calendly_webhook is refused");
    EXPECT_EQ(stored(), 0u);
    EXPECT_LE(times_logged("a subrequest"), 2u) << "one line a second";
}

}  // namespace ways_in_test
}  // namespace e2e
