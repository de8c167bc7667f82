// Redis with TLS, certificates of an authority of the test's own, and an edge that trusts it.
#pragma once

#include "e2e/edge/redis_fixture.hpp"
#include "e2e/harness/certificate_authority.hpp"

namespace e2e {

class EdgeRedisTlsTest : public EdgeRedisTest {
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

    // A quick 503, and the log says why.
    void expect_refused(const std::string& why) {
        const auto begin = steady_clock::now();
        expect_unavailable();
        EXPECT_LT(since(begin), Duration(5000));
        wait_for_log(why);
    }

    std::string error_of(const std::string& more) {
        return harness::Nginx::check(folder_, {.location = location("rediss://localhost", more)}).output;
    }

    harness::CertificateAuthority authority_{folder_};
};

}  // namespace e2e
