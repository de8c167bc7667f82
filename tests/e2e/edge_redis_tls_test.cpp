// rediss:// - verified, or not spoken to; and everything else as without TLS.
#include "e2e/edge_redis_fixture.hpp"
#include "e2e/harness/certificate_authority.hpp"
#include "e2e/harness/fake_redis.hpp"
#include "e2e/harness/free_port.hpp"

namespace e2e {
namespace {

using harness::HttpClient;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class EdgeRedisTls : public EdgeRedisTest {
protected:
    harness::RedisServer& start_tls_node(const std::string& name, harness::RedisOptions options = {}) {
        if (!options.tls) options.tls = {.certificate = authority_.issue(name), .ca_file = authority_.file()};
        return start_node(name, std::move(options));
    }

    std::string trust() const { return "calendly_redis_trusted_certificate " + authority_.file() + ";"; }

    static std::string certificate(const harness::Certificate& own) {
        return "calendly_redis_certificate " + own.file + "; calendly_redis_certificate_key " + own.key_file +
               ";";
    }

    void start_trusting(const harness::RedisServer& node, const std::string& more = "") {
        start_edge(node.tls_url(), trust() + more);
    }

    // Neither quick deliveries nor a word to Redis.
    void expect_refused(const std::string& why) {
        const auto begin = steady_clock::now();
        expect_unavailable();
        EXPECT_LT(since(begin), Duration(2500));
        wait_for_log(why);
    }

    std::string error_of(const std::string& more) {
        return harness::Nginx::check(folder_, {.location = location("rediss://localhost", more)}).output;
    }

    harness::CertificateAuthority authority_{folder_};
};

TEST_F(EdgeRedisTls, VerifiesTheHostsName) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis);
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(stored_in(redis), 1u);
}

TEST_F(EdgeRedisTls, VerifiesTheHostsAddress) {
    auto& redis = start_tls_node("redis");
    start_edge(redis.tls_url("127.0.0.1"), trust());
    EXPECT_EQ(post("{}").status, 200u);
}

TEST_F(EdgeRedisTls, RefusesAnUnknownAuthority) {
    auto& redis = start_tls_node("redis");
    const harness::CertificateAuthority other(folder_, "other-ca");
    start_edge(redis.tls_url(), "calendly_redis_trusted_certificate " + other.file() + ";");
    expect_refused("self-signed certificate in certificate chain");
    EXPECT_EQ(stored_in(redis), 0u);
}

TEST_F(EdgeRedisTls, TrustsTheSystemsAuthoritiesByDefault) {
    auto& redis = start_tls_node("redis");
    start_edge(redis.tls_url());
    expect_refused("self-signed certificate in certificate chain");
}

TEST_F(EdgeRedisTls, RefusesACertificateForAnotherName) {
    const auto other = authority_.issue("other", "DNS:redis.example.org,IP:127.0.0.9");
    auto& redis = start_tls_node("redis", {.tls = harness::RedisTls{other, authority_.file()}});
    start_trusting(redis);
    expect_refused("hostname mismatch");
}

TEST_F(EdgeRedisTls, RefusesACertificateForAnotherAddress) {
    const auto other = authority_.issue("other", "DNS:127.0.0.1,IP:127.0.0.9");
    auto& redis = start_tls_node("redis", {.tls = harness::RedisTls{other, authority_.file()}});
    start_edge(redis.tls_url("127.0.0.1"), trust());
    expect_refused("IP address mismatch");
}

TEST_F(EdgeRedisTls, VerifiesNothingWhenToldSo) {
    const harness::CertificateAuthority unknown(folder_, "unknown-ca");
    const auto other = unknown.issue("other", "DNS:redis.example.org");
    auto& redis = start_tls_node("redis", {.tls = harness::RedisTls{other, unknown.file()}});
    start_edge(redis.tls_url(), "calendly_redis_verify off;");
    EXPECT_EQ(post("{}").status, 200u);
}

TEST_F(EdgeRedisTls, ShowsItsCertificate) {
    auto& redis = start_tls_node(
        "redis", {.tls = harness::RedisTls{authority_.issue("redis"), authority_.file(), true}});
    start_trusting(redis, certificate(authority_.issue("edge", "DNS:edge.example.org")));
    EXPECT_EQ(post("{}").status, 200u);
}

TEST_F(EdgeRedisTls, WithoutTheCertificateThatRedisWants) {
    auto& redis = start_tls_node(
        "redis", {.tls = harness::RedisTls{authority_.issue("redis"), authority_.file(), true}});
    start_trusting(redis);
    expect_refused("calendly_redis_certificate");
}

// A server with two certificates, the right one only for who asks for localhost. It is no Redis: it repeats
// what it is told, backwards.
TEST_F(EdgeRedisTls, SaysWhichHostItWants) {
    const auto wrong = authority_.issue("wrong", "DNS:redis.example.org"), right = authority_.issue("right");
    const auto port = std::to_string(harness::free_port());
    const auto output = folder_ / "s_server";
    harness::Process server(
        {"openssl", "s_server", "-accept", "127.0.0.1:" + port, "-cert", wrong.file, "-key", wrong.key_file,
         "-servername", "localhost", "-cert2", right.file, "-key2", right.key_file, "-rev"},
        output);
    harness::wait_until([&] { return harness::read_file(output).find("ACCEPT") != std::string::npos; },
                        "openssl should listen");
    start_edge("rediss://localhost:" + port, trust());
    wait_for_log("an answer that is not Redis's");
    EXPECT_FALSE(has_logged("certificate is refused"));
}

TEST_F(EdgeRedisTls, ARedisThatSpeaksNoTls) {
    auto& redis = start_node("redis");
    start_edge("rediss://localhost:" + std::to_string(redis.port()), trust());
    expect_refused("TLS");
}

TEST_F(EdgeRedisTls, ARedisThatSpeaksTlsOnly) {
    auto& redis = start_tls_node("redis");
    start_edge(tcp_url(redis.tls_port()));
    expect_refused("TLS");
}

TEST_F(EdgeRedisTls, BodiesOfAnySize) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis, "client_body_buffer_size 512k;");
    std::vector<std::string> bodies;
    for (const std::size_t size : {0ul, 1ul, 3000ul, 16'383ul, 16'384ul, 16'385ul, 200'000ul, 1'000'000ul}) {
        std::string body;
        while (body.size() < size) body += std::to_string(body.size()) + ",";
        body.resize(size);
        EXPECT_EQ(post(body).status, 200u) << size;
        EXPECT_TRUE(redis.client().webhooks().back().body == body) << size;
    }
}

TEST_F(EdgeRedisTls, BodiesInAFile) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis, "client_body_in_file_only clean;");
    const std::string body = std::string(100'000, 'a') + std::string(100'000, 'b');
    EXPECT_EQ(post(body).status, 200u);
    EXPECT_TRUE(redis.client().webhooks().back().body == body);
}

TEST_F(EdgeRedisTls, ManyDeliveriesAtOnce) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis, "calendly_redis_timeout 1m;");
    EXPECT_EQ(post("{}").status, 200u);
    redis.freeze();
    std::vector<HttpClient> clients;
    for (std::size_t i = 0; i < 200; ++i)
        clients.push_back(send("delivery " + std::to_string(i) + std::string(37 * i, 'x')));
    wait_for_requests(200);
    redis.thaw();
    for (auto& client : clients) EXPECT_EQ(client.receive().status, 200u);
    EXPECT_EQ(stored_in(redis), 201u);
}

// More than the buffers of both sockets hold, so that writing has to wait.
TEST_F(EdgeRedisTls, MoreThanTheSocketTakesAtOnce) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis,
                   "calendly_redis_timeout 1m; client_max_body_size 16m; client_body_buffer_size 16m;");
    EXPECT_EQ(post("{}").status, 200u);
    std::string large;
    while (large.size() < 12'000'000) large += std::to_string(large.size()) + ",";
    redis.freeze();
    auto first = send(large);
    wait_for_requests(1);
    auto second = send("behind it");
    wait_for_requests(2);
    redis.thaw();
    EXPECT_EQ(first.receive().status, 200u);
    EXPECT_EQ(second.receive().status, 200u);
    const auto entries = redis.client().webhooks();
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_TRUE(std::ranges::any_of(entries, [&](const auto& entry) { return entry.body == large; }));
}

TEST_F(EdgeRedisTls, ByteByByte) {
    auto& redis = start_tls_node("redis");
    harness::TcpGate gate(redis.tls_port());
    gate.trickle(1, Duration(0));
    start_edge("rediss://localhost:" + std::to_string(gate.port()),
               trust() + "calendly_redis_connect_timeout 1m; calendly_redis_timeout 1m;");
    std::vector<HttpClient> clients;
    for (int i = 0; i < 5; ++i) clients.push_back(send("slow"));
    for (auto& client : clients) EXPECT_EQ(client.receive().status, 200u);
    EXPECT_EQ(stored_in(redis), 5u);
}

TEST_F(EdgeRedisTls, GarbageOnTheWay) {
    auto& redis = start_tls_node("redis");
    harness::TcpGate gate(redis.tls_port());
    start_edge("rediss://localhost:" + std::to_string(gate.port()), trust());
    for (const std::string& garbage :
         {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string(1 << 20, 'x'), std::string("+OK\r\n"),
          std::string(100, '\0')}) {
        wait_for_recovery();
        gate.answer_with(garbage);
        EXPECT_EQ(post("{}").status, 503u) << garbage.substr(0, 20);
        gate.answer_with("");
    }
    wait_for_recovery();
}

TEST_F(EdgeRedisTls, CutWhileADeliveryWaits) {
    auto& redis = start_tls_node("redis");
    harness::TcpGate gate(redis.tls_port());
    start_edge("rediss://localhost:" + std::to_string(gate.port()), trust() + "calendly_redis_timeout 1m;");
    EXPECT_EQ(post("{}").status, 200u);
    gate.freeze();
    auto waiting = send("waiting");
    wait_for_requests(1);
    gate.cut();
    EXPECT_EQ(waiting.receive().status, 503u);
    gate.thaw();
    expect_recovery_within_a_second_of(steady_clock::now());
}

TEST_F(EdgeRedisTls, SilentDuringTheHandshake) {
    auto& redis = start_tls_node("redis");
    harness::TcpGate gate(redis.tls_port());
    gate.freeze();
    start_edge("rediss://localhost:" + std::to_string(gate.port()),
               trust() + "calendly_redis_connect_timeout 300ms;");
    expect_refused("the TLS handshake is not answered");
    gate.thaw();
    wait_for_recovery();
}

TEST_F(EdgeRedisTls, RedisComesBack) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis);
    EXPECT_EQ(post("{}").status, 200u);
    redis.stop();
    harness::wait_until([&] { return post("{}").status == 503; }, "it should be noticed");
    redis.start();
    expect_recovery_within_a_second_of(steady_clock::now());
}

TEST_F(EdgeRedisTls, LeavesNoSocketOpen) {
    auto& redis = start_tls_node("redis");
    harness::TcpGate gate(redis.tls_port());
    start_edge("rediss://localhost:" + std::to_string(gate.port()), trust());
    expect_no_file_left_open_by_cuts_of(gate);
}

TEST_F(EdgeRedisTls, QuitAnswersWhatWaits) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis, "calendly_redis_timeout 1m;");
    EXPECT_EQ(post("before").status, 200u);
    redis.freeze();
    auto waiting = send("waiting");
    wait_for_requests(1);
    nginx_->signal(SIGQUIT);
    wait_for_log("gracefully shutting down");
    redis.thaw();
    EXPECT_EQ(waiting.receive().status, 200u);
    waiting.close();
    EXPECT_EQ(nginx_->quit(), 0);
    EXPECT_EQ(stored_in(redis), 2u);
}

TEST_F(EdgeRedisTls, QuitIsPromptDuringTheHandshake) {
    auto& redis = start_tls_node("redis");
    harness::TcpGate gate(redis.tls_port());
    gate.freeze();
    start_edge("rediss://localhost:" + std::to_string(gate.port()),
               trust() + "calendly_redis_connect_timeout 1m;");
    const auto begin = steady_clock::now();
    EXPECT_EQ(nginx_->quit(), 0);
    EXPECT_LT(since(begin), Duration(5000));
}

TEST_F(EdgeRedisTls, ShutdownTimeoutDuringTheHandshake) {
    auto& redis = start_tls_node("redis");
    harness::TcpGate gate(redis.tls_port());
    gate.freeze();
    start_nginx(
        {.location = location("rediss://localhost:" + std::to_string(gate.port()),
                              trust() + "calendly_redis_connect_timeout 1m; calendly_redis_timeout 1m;"),
         .main = "worker_shutdown_timeout 500ms;"});
    auto waiting = send("waiting");
    wait_for_requests(1);
    EXPECT_EQ(nginx_->quit(), 0);
}

TEST_F(EdgeRedisTls, ReloadsUnderLoadLoseNothing) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis);
    std::size_t sent = 0;
    for (std::size_t reload = 1; reload <= 5; ++reload) {
        nginx_->reload(location(redis.tls_url(), trust()));
        harness::wait_until(
            [&] {
                EXPECT_EQ(post("load " + std::to_string(++sent)).status, 200u);
                std::size_t left = 0;
                const std::string mark = "exited with code 0", log = nginx_->error_log();
                for (auto at = log.find(mark); at != log.npos; at = log.find(mark, at + 1)) ++left;
                return left >= reload;
            },
            "the old worker should leave");
    }
    EXPECT_EQ(stored_in(redis), sent);
}

TEST_F(EdgeRedisTls, InASet) {
    auto& replica = start_tls_node("replica");
    auto& master = start_tls_node("master");
    replica.follow(master);
    start_edge(replica.tls_url() + " " + master.tls_url("127.0.0.1"), trust());
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(stored_in(master), 1u);
}

// Two locations of one server that differ in nothing but whom they trust.
TEST_F(EdgeRedisTls, EachLocationTrustsWhomItNames) {
    auto& redis = start_tls_node("redis");
    const harness::CertificateAuthority other(folder_, "other-ca");
    start_nginx(
        {.location = location(redis.tls_url(), trust()),
         .server = "location = /other { " +
                   location(redis.tls_url(), "calendly_redis_trusted_certificate " + other.file() + ";") +
                   "}"});
    auto request = delivery("{}");
    request.target = "/other";
    EXPECT_EQ(post(request).status, 503u);
    EXPECT_EQ(post("{}").status, 200u);
}

TEST_F(EdgeRedisTls, MistakesAreFoundBeforeTheStart) {
    const auto where = ContainsRegex("in /[^ ]*/nginx.conf:[0-9]+");
    EXPECT_THAT(error_of("calendly_redis_trusted_certificate /no/such.crt;"),
                AllOf(HasSubstr("[emerg]"), HasSubstr("/no/such.crt"), where));
    EXPECT_THAT(error_of("calendly_redis_trusted_certificate " + key_file_ + ";"),
                AllOf(HasSubstr("[emerg]"), HasSubstr(key_file_), where));
    const auto own = authority_.issue("own"), other = authority_.issue("another");
    EXPECT_THAT(error_of("calendly_redis_certificate " + own.file + ";"),
                AllOf(HasSubstr("[emerg]"), HasSubstr("calendly_redis_certificate_key"), where));
    EXPECT_THAT(error_of("calendly_redis_certificate_key " + own.key_file + ";"),
                AllOf(HasSubstr("[emerg]"), HasSubstr("calendly_redis_certificate"), where));
    EXPECT_THAT(error_of(certificate({own.file, other.key_file})), AllOf(HasSubstr("[emerg]"), where));
    EXPECT_THAT(error_of("calendly_redis_verify maybe;"), AllOf(HasSubstr("[emerg]"), where));
    EXPECT_THAT(error_of(trust() + trust()), AllOf(HasSubstr("[emerg]"), where));
}

}  // namespace
}  // namespace e2e
