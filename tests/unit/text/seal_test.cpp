// Secrets at rest, and the alphabets they are written in.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "text/base64url.hpp"
#include "text/seal.hpp"

namespace seal_test {

const std::string key(text::seal_key_size, 'k');

TEST(Seal, WhatWasSealedIsOpenedWithTheSameKeyForTheSamePurpose) {
    for (const auto& secret : std::vector<std::string>{"", "token", std::string(5000, 'x')})
        EXPECT_EQ(text::open_seal(key, "calendly", text::seal(key, "calendly", secret)), secret);
}

TEST(Seal, NeitherTheSecretNorThatItIsTheSameAgainCanBeSeen) {
    const auto sealed = text::seal(key, "calendly", "token");
    EXPECT_NE(sealed, text::seal(key, "calendly", "token"));
    EXPECT_EQ(text::from_base64url(sealed).find("token"), std::string::npos);
}

TEST(Seal, AnotherKeyAnotherPurposeOrAnyChangedByteBreaksIt) {
    const auto sealed = text::seal(key, "calendly", "token");
    EXPECT_THROW(text::open_seal(std::string(text::seal_key_size, 'j'), "calendly", sealed), text::SealError);
    EXPECT_THROW(text::open_seal(key, "calendly2", sealed), text::SealError);
    const auto bytes = text::from_base64url(sealed);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto changed = bytes;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_THROW(text::open_seal(key, "calendly", text::base64url(changed)), text::SealError) << i;
    }
    for (const auto* stump : {"", "abc", "%%%%"})
        EXPECT_THROW(text::open_seal(key, "calendly", stump), text::SealError) << stump;
}

TEST(Seal, AKeyHasThirtyTwoBytes) {
    EXPECT_THROW(text::seal("short", "calendly", "token"), std::invalid_argument);
}

TEST(Base64, IsWrittenAndReadInBothAlphabets) {
    EXPECT_EQ(text::base64("\xfb\xff"), "+/8=");
    EXPECT_EQ(text::base64url("\xfb\xff"), "-_8");
    for (const std::string bytes : {"", "a", "ab", "abc", "\xfb\xff\xfe"}) {
        EXPECT_EQ(text::from_base64(text::base64(bytes)), bytes);
        EXPECT_EQ(text::from_base64url(text::base64url(bytes)), bytes);
    }
    EXPECT_EQ(text::from_base64("a"), "");
    EXPECT_EQ(text::from_base64("????"), "");
}

// RFC 7636, appendix B.
TEST(Base64, OfASha256IsTheChallengeOfPkce) {
    EXPECT_EQ(text::base64url_sha256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
              "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

}  // namespace seal_test
