// rediss:// - verified, or not spoken to.
#include "e2e/edge/redis_tls_fixture.hpp"
#include "e2e/harness/free_port.hpp"

namespace e2e {
namespace edge_redis_tls_test {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

class EdgeRedisTls : public EdgeRedisTlsTest {};

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

TEST_F(EdgeRedisTls, TrustsAnAuthorityThatTheSystemKnows) {
    auto& redis = start_tls_node("redis");
    start_nginx(
        {.location = location(redis.tls_url()), .environment = {{"SSL_CERT_FILE", authority_.file()}}});
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(stored_in(redis), 1u);
}

TEST_F(EdgeRedisTls, RefusesACertificateForAnotherName) {
    const auto other = authority_.issue("other", "DNS:redis.example.org,IP:127.0.0.9");
    auto& redis = start_tls_node("redis", {.tls = harness::RedisTls{other, authority_.file()}});
    start_trusting(redis);
    expect_refused("its certificate is for another host than");
}

TEST_F(EdgeRedisTls, RefusesACertificateForAnotherAddress) {
    const auto other = authority_.issue("other", "DNS:127.0.0.1,IP:127.0.0.9");
    auto& redis = start_tls_node("redis", {.tls = harness::RedisTls{other, authority_.file()}});
    start_edge(redis.tls_url("127.0.0.1"), trust());
    expect_refused("its certificate is for another host than");
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
    EXPECT_FALSE(has_logged("its certificate"));
}

TEST_F(EdgeRedisTls, ARedisThatSpeaksNoTls) {
    auto& redis = start_node("redis");
    start_edge("rediss://localhost:" + std::to_string(redis.port()),
               trust() + "calendly_redis_connect_timeout 1s;");
    expect_refused("TLS");
}

TEST_F(EdgeRedisTls, ARedisThatSpeaksTlsOnly) {
    auto& redis = start_tls_node("redis");
    start_edge(tcp_url(redis.tls_port()));
    expect_refused("TLS");
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
        {.location = location(redis.tls_url(), trust() + " calendly_redis_connect_timeout 10s;"),
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

}  // namespace edge_redis_tls_test
}  // namespace e2e
