// The table of answers, one row a test, and what of each is visible in the log's variables.
#include "e2e/edge/fixture.hpp"

namespace e2e {
namespace answers_test {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class EdgeAnswers : public EdgeTest {
protected:
    void expect_refused(const harness::HttpRequest& request, const std::string& result) {
        const auto response = post(request);
        EXPECT_EQ(response.status, 401u) << result;
        EXPECT_EQ(response.body, "Unauthorized");
        EXPECT_THAT(last_access(), StartsWith("401 " + result + " - "));
        EXPECT_EQ(stored(), 0u);
    }
};

TEST_F(EdgeAnswers, OkWhenStored) {
    start();
    const auto response = post("{}");
    EXPECT_EQ(response.status, 200u);
    EXPECT_EQ(response.body, "OK");
    EXPECT_EQ(response.header("content-type"), "text/plain");
    const auto entries = redis_->client().webhooks();
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(last_access(), "200 accepted " + entries[0].id + " 0");
}

TEST_F(EdgeAnswers, OkThoughAnEditorPutAByteOrderMarkBeforeTheKey) {
    key_file_ = folder_.secret("marked.key", "\xef\xbb\xbf" + std::string(first_key) + "\r\n");
    start();
    EXPECT_EQ(post("{}").status, 200u);
}

TEST_F(EdgeAnswers, TheEntryHoldsTimeKeyAndBody) {
    start();
    const auto before = now();
    EXPECT_EQ(post(delivery("{\"event\":\"x\"}", second_key, before - 100)).status, 200u);
    const auto entry = redis_->client().webhooks().at(0);
    EXPECT_EQ(entry.t, std::to_string(before - 100));
    EXPECT_EQ(entry.key, "1");
    EXPECT_EQ(entry.body, "{\"event\":\"x\"}");
    EXPECT_GE(entry.received_ms, (before - 1) * 1000);
    EXPECT_LE(entry.received_ms, (now() + 1) * 1000);
    EXPECT_THAT(last_access(), testing::EndsWith(" 1"));
}

TEST_F(EdgeAnswers, UnauthorizedWithoutTheHeader) {
    start();
    expect_refused({.target = harness::Nginx::path, .headers = {}, .body = "{}"}, "missing_signature");
}

TEST_F(EdgeAnswers, UnauthorizedWhenTheHeaderIsMalformed) {
    start();
    const std::string good = shared::sign_delivery(first_key, now(), "{}");
    for (const std::string& header :
         {std::string(""), std::string("v1=00"), "t=1," + good, good.substr(0, good.size() - 1),
          "t=12x" + good.substr(good.find(',')), good + ";", good + "," + std::string(1100, 'x')})
        expect_refused(unsigned_delivery("{}", header), "malformed_signature");
}

TEST_F(EdgeAnswers, OneHeaderHoweverOftenAProxySendsItOrWhereItCutsIt) {
    start();
    auto twice = delivery("{}");
    twice.headers.push_back(twice.headers.front());
    EXPECT_EQ(post(twice).status, 200u);
    auto cut = delivery("{}");
    const auto header = cut.headers.front().second;
    const auto comma = header.find(',');
    cut.headers.front().second = header.substr(0, comma + 1);
    cut.headers.emplace_back(std::string(header_name), header.substr(comma + 1));
    EXPECT_EQ(post(cut).status, 200u);
    EXPECT_EQ(post(unsigned_delivery("{}", header.substr(0, comma) + " , " + header.substr(comma + 1) + ","))
                  .status,
              200u);
    EXPECT_EQ(stored(), 3u);
}

TEST_F(EdgeAnswers, UnauthorizedWhenTheHeaderStandsThereWithTwoValues) {
    start();
    const auto good = delivery("{}");
    for (const std::string& other :
         {shared::sign_delivery(first_key, now() - 1, "{}"), shared::sign_delivery(first_key, now(), "other"),
          std::string("v1=00"), std::string("nonsense"), std::string()})
        for (const bool first : {true, false}) {
            auto request = good;
            request.headers.insert(first ? request.headers.begin() : request.headers.end(),
                                   {std::string(header_name), other});
            expect_refused(request, "malformed_signature");
        }
    auto many = good;
    while (many.headers.size() < 100) many.headers.push_back(good.headers.front());
    expect_refused(many, "malformed_signature");
}

TEST_F(EdgeAnswers, UnauthorizedWhenForgedOrAltered) {
    start();
    expect_refused(delivery("{}", "a-key-that-nobody-configured"), "bad_signature");
    auto altered = delivery("{\"amount\":1}");
    altered.body = "{\"amount\":2}";
    expect_refused(altered, "bad_signature");
    const std::string header = shared::sign_delivery(first_key, now(), "{}");
    expect_refused(
        unsigned_delivery("{}", "t=" + std::to_string(now() + 1) + header.substr(header.find(','))),
        "bad_signature");
    expect_refused(unsigned_delivery("{}", "t=" + std::to_string(now()) + ",v1=" + std::string(64, '0')),
                   "bad_signature");
}

TEST_F(EdgeAnswers, UnauthorizedOutsideTheWindow) {
    start("calendly_signature_tolerance 2m 30s;");
    expect_refused(delivery("{}", first_key, now() - 130), "stale");
    expect_refused(delivery("{}", first_key, now() + 60), "stale");
    EXPECT_EQ(post(delivery("{}", first_key, now() - 100)).status, 200u);
    EXPECT_EQ(post(delivery("{}", first_key, now() + 20)).status, 200u);
}

TEST_F(EdgeAnswers, TheWindowIsADayWideByDefault) {
    start();
    expect_refused(delivery("{}", first_key, now() - 26 * 3600), "stale");
    expect_refused(delivery("{}", first_key, now() + 6 * 60), "stale");
    EXPECT_EQ(post(delivery("{}", first_key, now() - 24 * 3600)).status, 200u);
    EXPECT_EQ(post(delivery("{}", first_key, now() + 4 * 60)).status, 200u);
}

TEST_F(EdgeAnswers, UnauthorizedBeforeTheBodyIsRead) {
    start();
    const std::string name = std::string(header_name) + ": ";
    for (const auto& [result, header] :
         {std::pair<std::string, std::string>{"missing_signature", ""},
          {"malformed_signature", name + "t=soon\r\n"},
          {"stale", name + shared::sign_delivery(first_key, 1, std::string(1000, 'x')) + "\r\n"}}) {
        harness::HttpClient client(nginx_->port());
        client.send_bytes("POST /webhooks/calendly HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n" + header +
                          "\r\n");
        EXPECT_EQ(client.receive().status, 401u) << result << ", though no byte of the body was sent";
        client.close();
        wait_for_access("401 " + result + " ");
    }
}

TEST_F(EdgeAnswers, AnyOfSeveralSignaturesCounts) {
    start();
    const std::string good = shared::sign_delivery(second_key, now(), "{}");
    const auto header = "v1=" + std::string(64, 'a') + ",v0=other," + good;
    EXPECT_EQ(post(unsigned_delivery("{}", header)).status, 200u);
    EXPECT_THAT(last_access(), testing::EndsWith(" 1"));
}

TEST_F(EdgeAnswers, TheHeadersNameMayHaveAnyCase) {
    start();
    auto request = delivery("{}");
    request.headers[0].first = "calendly-WEBHOOK-signature";
    EXPECT_EQ(post(request).status, 200u);
}

TEST_F(EdgeAnswers, AnyOtherMethodThanPostGets405) {
    start();
    for (const std::string method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
        auto request = delivery("");
        request.method = method;
        const auto response = post(request);
        EXPECT_EQ(response.status, 405u) << method;
        EXPECT_EQ(response.header("allow"), "POST") << method;
    }
    EXPECT_EQ(stored(), 0u);
}

TEST_F(EdgeAnswers, ABodyAboveTheLimitGets413) {
    start("client_max_body_size 1k;");
    EXPECT_EQ(post(std::string(1025, 'x')).status, 413u);
    EXPECT_EQ(post(std::string(1024, 'x')).status, 200u);
    harness::HttpClient client(nginx_->port());
    client.send_bytes("POST /webhooks/calendly HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" +
                      std::string(header_name) + ": " + shared::sign_delivery(first_key, now(), "") +
                      "\r\n\r\n800\r\n" + std::string(0x800, 'x') + "\r\n0\r\n\r\n");
    EXPECT_EQ(client.receive().status, 413u);
    EXPECT_EQ(stored(), 1u);
}

TEST_F(EdgeAnswers, UnavailableComesWithRetryAfter) {
    start_nginx({.location = location("unix:" + (folder_ / "no-redis.sock").string())});
    const auto response = post("{}");
    EXPECT_EQ(response.status, 503u);
    EXPECT_NE(response.header("retry-after"), "");
    EXPECT_EQ(last_access(), "503 redis_unavailable - 0");
}

TEST_F(EdgeAnswers, UnavailableWhenRedisRefusesTheCommand) {
    start();
    redis_->client().text({"SET", "calendly:{calendly}:webhooks", "not a stream"});
    EXPECT_EQ(post("{}").status, 503u);
    EXPECT_THAT(last_access(), StartsWith("503 redis_error - 0"));
    EXPECT_THAT(nginx_->error_log(), HasSubstr("WRONGTYPE"));
    redis_->client().text({"CONFIG", "SET", "maxmemory", "1"});
    redis_->client().integer({"DEL", "calendly:{calendly}:webhooks"});
    EXPECT_EQ(post("{}").status, 503u);
    redis_->client().text({"CONFIG", "SET", "maxmemory", "0"});
    EXPECT_EQ(post("{}").status, 200u);
}

TEST_F(EdgeAnswers, NoSecretAndNoBodyInAnyLog) {
    start();
    redis_->client().text({"SET", "calendly:{calendly}:webhooks", "not a stream"});
    post("{\"secret\":\"of-an-invitee\"}");
    post(delivery("{\"secret\":\"of-an-invitee\"}", "a-key-that-nobody-configured"));
    EXPECT_THAT(nginx_->error_log(), Not(HasSubstr("of-an-invitee")));
    EXPECT_THAT(nginx_->error_log(), Not(HasSubstr(std::string(first_key))));
}

TEST_F(EdgeAnswers, AreNotReplacedByErrorPages) {
    start("error_page 401 503 =200 /pretend;");
    EXPECT_EQ(post(delivery("{}", "a-key-that-nobody-configured")).status, 401u);
}

}  // namespace answers_test
}  // namespace e2e
