// Redis over TLS: verified, or not spoken to.
#include "e2e/harness/certificate_authority.hpp"
#include "e2e/harness/redis_sentinel.hpp"
#include "e2e/path/fixture.hpp"
#include "e2e/path/redis_client_fixture.hpp"

namespace e2e {
namespace path_redis_tls_test {

using testing::HasSubstr;
using testing::Not;

const std::string ann = "ann@example.org";

// nginx uses the unix socket, the agent the port with TLS.
class PathRedisTls : public PathTest {
protected:
    harness::RedisTls tls(const std::string& name = "redis",
                          const std::string& whom = harness::CertificateAuthority::loopback) const {
        return {.certificate = authority_.issue(name, whom), .ca_file = authority_.file()};
    }

    void lay_with(harness::RedisTls options) {
        harness::SystemOptions path;
        path.redis.tls = std::move(options);
        lay(std::move(path));
    }

    std::string tls_url(const std::string& host = "localhost") { return system_->redis().tls_url(host); }

    void start_agent(const std::string& redis) {
        system_->options().common["redis"] = redis;
        system_->start_agent();
    }
    std::string section(const std::string& url, const std::string& more) {
        return "{url: \"" + url + "\"" + more + "}";
    }
    std::string trust() const { return ", ca_file: \"" + authority_.file() + "\""; }
    std::string show(const harness::Certificate& own) const {
        return ", certificate: \"" + own.file + "\", certificate_key: \"" + own.key_file + "\"";
    }

    void expect_synced() {
        sandbox().book({{"email", ann}});
        settle();
        EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    }
    void expect_refused(const std::string& why) {
        expect_error(why);
        harness::wait_until([&] { return agent().has_logged(why); }, "the log should say: " + why);
        EXPECT_EQ(agent().health().status, 503u);
    }

    harness::Folder certificates_;
    harness::CertificateAuthority authority_{certificates_};
};

TEST_F(PathRedisTls, WithItsAuthorityWorks) {
    lay_with(tls());
    start_agent(section(tls_url(), trust()));
    expect_synced();
}

TEST_F(PathRedisTls, ByAddressWorks) {
    lay_with(tls());
    start_agent(section(tls_url("127.0.0.1"), trust()));
    expect_synced();
}

TEST_F(PathRedisTls, WithoutItsAuthorityIsRefused) {
    lay_with(tls());
    start_agent(section(tls_url(), ""));
    expect_refused("its certificate is not trusted: self-signed certificate in certificate chain");
}

TEST_F(PathRedisTls, WithAnotherAuthorityIsRefused) {
    const harness::CertificateAuthority other(certificates_, "other");
    lay_with(tls());
    start_agent(section(tls_url(), ", ca_file: \"" + other.file() + "\""));
    expect_refused("its certificate is not trusted");
}

TEST_F(PathRedisTls, OfAnotherNameIsRefused) {
    lay_with(tls("elsewhere", "DNS:redis.example.com"));
    start_agent(section(tls_url(), trust()));
    expect_refused("its certificate is for another host than localhost");
}

TEST_F(PathRedisTls, OfAnotherAddressIsRefused) {
    lay_with(tls("elsewhere", "DNS:localhost,IP:127.0.0.9"));
    start_agent(section(tls_url("127.0.0.1"), trust()));
    expect_refused("its certificate is for another host than 127.0.0.1");
}

TEST_F(PathRedisTls, ShowsAClientCertificate) {
    auto options = tls();
    options.wants_client_certificate = true;
    lay_with(std::move(options));
    start_agent(section(tls_url(), trust() + show(authority_.issue("agent"))));
    expect_synced();
}

TEST_F(PathRedisTls, WithoutTheClientCertificateThatItWantsIsRefused) {
    auto options = tls();
    options.wants_client_certificate = true;
    lay_with(std::move(options));
    start_agent(section(tls_url(), trust()));
    expect_refused("does it want (another) redis.certificate?");
}

TEST_F(PathRedisTls, WithTheClientCertificateOfAnotherAuthorityIsRefused) {
    const harness::CertificateAuthority other(certificates_, "other");
    auto options = tls();
    options.wants_client_certificate = true;
    lay_with(std::move(options));
    start_agent(section(tls_url(), trust() + show(other.issue("stranger"))));
    expect_refused("does it want (another) redis.certificate?");
}

TEST_F(PathRedisTls, AtAPortWithoutItIsRefused) {
    harness::SystemOptions path;
    path.redis.tcp = true;
    lay(std::move(path));
    start_agent(section("rediss://localhost:" + std::to_string(system_->redis().port()), trust()));
    expect_refused("no TLS at that port?");
}

TEST_F(PathRedisTls, IsHintedAtWhenItIsMissing) {
    lay_with(tls());
    start_agent(section("redis://127.0.0.1:" + std::to_string(system_->redis().tls_port()), ""));
    expect_refused("does it want TLS (rediss://)?");
}

TEST_F(PathRedisTls, OfSentinelsAndTheirMaster) {
    lay_with(tls());
    const harness::RedisSentinel sentinel(
        system_->folder(), system_->redis(),
        {.password = "asking-only", .tls = tls("sentinel"), .has_replica = false});
    start_agent("{sentinels: [\"localhost:" + std::to_string(sentinel.port()) +
                "\"], master: edge, sentinel_password: asking-only, tls: true" + trust() + "}");
    expect_synced();
    EXPECT_EQ(agent().stop(), 0) << "before the Sentinel, which it may ask at any time";
    EXPECT_THAT(agent().log(), Not(HasSubstr("asking-only")));
}

class PathRedisTlsClient : public RedisClientTest {};

TEST_F(PathRedisTlsClient, SendsAndReadsMegabytes) {
    const harness::CertificateAuthority authority(folder_);
    const harness::RedisServer server(
        folder_,
        {.tls = harness::RedisTls{.certificate = authority.issue("redis"), .ca_file = authority.file()}});
    auto settings = to({server.tls_url()});
    settings.tls.ca_file = authority.file();
    use(settings);
    const std::string large(8 << 20, 'x');
    begin({"SET", "large", large});
    std::vector<Ended*> small;
    for (int i = 0; i < 100; ++i) small.push_back(&begin({"ECHO", std::to_string(i)}));
    auto& read = begin({"GET", "large"});
    run();
    for (int i = 0; i < 100; ++i) EXPECT_EQ(small[i]->text, std::to_string(i));
    EXPECT_EQ(read.text, large);
    server.client().text({"CLIENT", "KILL", "TYPE", "normal"});
    harness::wait_until([&] { return ask({"ECHO", "again"}).text == "again"; }, "it should connect again");
}

}  // namespace path_redis_tls_test
}  // namespace e2e
