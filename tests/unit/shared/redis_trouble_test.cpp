#include "shared/redis_trouble.hpp"

#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

namespace shared {
namespace shared_redis_trouble_test {

TEST(RedisTrouble, WhatASilenceMeansDependsOnHowFarTheConnectionCame) {
    EXPECT_EQ(redis_is_silent(RedisStage::connecting), "connecting timed out");
    EXPECT_EQ(redis_is_silent(RedisStage::shaking_hands),
              "connected, but the TLS handshake is not answered: no TLS at that port?");
    EXPECT_EQ(redis_is_silent(RedisStage::greeting), "connected, but Redis does not answer");
}

TEST(RedisTrouble, ACertificateForAnotherHostNamesTheHostThatWasExpected) {
    for (const auto verdict : {X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH})
        EXPECT_EQ(redis_handshake_failed({.verdict = verdict, .host = "redis.example.com"}),
                  "its certificate is for another host than redis.example.com");
}

TEST(RedisTrouble, ACertificateThatIsNotTrustedComesWithOpenSslsReason) {
    EXPECT_EQ(redis_handshake_failed({.verdict = X509_V_ERR_CERT_HAS_EXPIRED, .host = "h", .error = "alert"}),
              "its certificate is not trusted: certificate has expired");
}

TEST(RedisTrouble, AHandshakeThatFailsWithAGoodCertificateSaysWhatIsKnown) {
    EXPECT_EQ(redis_handshake_failed({.verdict = X509_V_OK}), "the TLS handshake failed");
    EXPECT_EQ(redis_handshake_failed({.verdict = X509_V_OK, .error = "handshake failure"}),
              "the TLS handshake failed: handshake failure");
    EXPECT_EQ(redis_handshake_failed({.verdict = X509_V_OK, .may_lack_tls = true}),
              "the TLS handshake failed: no TLS at that port?");
    EXPECT_EQ(redis_handshake_failed({.verdict = X509_V_OK, .error = "wrong version", .may_lack_tls = true}),
              "the TLS handshake failed: wrong version: no TLS at that port?");
}

TEST(RedisTrouble, WhoClosesBeforeTheFirstReplyWantsTls) {
    EXPECT_EQ(redis_closed_early(false, "redis.certificate"),
              "it closed the connection before its first reply: does it want TLS (rediss://)?");
    EXPECT_EQ(redis_closed_early(false, "redis.certificate", "End of file"),
              "it closed the connection before its first reply: End of file: does it want TLS (rediss://)?");
}

TEST(RedisTrouble, WhoClosesAfterTheTlsHandshakeWantsACertificateInTheReadersWords) {
    EXPECT_EQ(redis_closed_early(true, "calendly_redis_certificate"),
              "it closed the connection after the TLS handshake: does it want (another) "
              "calendly_redis_certificate?");
    EXPECT_EQ(redis_closed_early(true, "redis.certificate", "End of file"),
              "it closed the connection after the TLS handshake: End of file: does it want (another) "
              "redis.certificate?");
}

}  // namespace shared_redis_trouble_test
}  // namespace shared
