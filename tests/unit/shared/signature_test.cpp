#include "shared/signature.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace signature_test {

using namespace std::string_view_literals;

const std::string hex_64(64, 'a');

bool accepted(std::string_view secret, std::string_view header, std::string_view body) {
    const auto parsed = shared::parse_signature_header(header);
    if (!parsed) return false;
    const shared::SigningKey keys[] = {shared::SigningKey(secret)};
    return shared::find_signer(*parsed, keys, std::span(&body, 1)).has_value();
}

std::string in_hex(const shared::Mac& mac) {
    std::string hex;
    for (const unsigned char byte : mac)
        hex += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
    return hex;
}

// echo -n '1492774577.{"a":1}' | openssl dgst -sha256 -hmac 'a key of 16 byte'
TEST(Signature, IsHmacSha256OfTimestampDotBody) {
    EXPECT_EQ(shared::sign_delivery("a key of 16 byte", 1492774577, R"({"a":1})"),
              "t=1492774577,v1=79b612dace6df715c246eb8fe1ee941658ff08009cc4b63cbe5432c2af87bf6c");
}

// Case 7 of https://www.rfc-editor.org/rfc/rfc4231: key and data longer than a block.
TEST(Signature, OfALongKeyIsThatOfTheStandard) {
    const shared::SigningKey key(std::string(131, '\xaa'));
    const std::string_view body = " The key needs to be hashed before being used by the HMAC algorithm.";
    const auto mac =
        key.mac("This is a test using a larger than block-size key and a larger than block-size data",
                std::span(&body, 1));
    EXPECT_EQ(in_hex(mac), "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(Signature, OfAKeyOfAnyLengthIsOpenSslsHmac) {
    const std::string_view body = "{}", signed_text = "17.{}";
    for (std::size_t size = 1; size <= 150; ++size) {
        const std::string secret(size, 'k');
        shared::Mac expected;
        ASSERT_TRUE(HMAC(EVP_sha256(), secret.data(), static_cast<int>(size),
                         reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(),
                         expected.data(), nullptr));
        EXPECT_EQ(shared::SigningKey(secret).mac("17", std::span(&body, 1)), expected) << size;
    }
}

TEST(Signature, VerifiesWhatItSigned) {
    const auto header = shared::sign_delivery("secret", 1700000000, "body");
    EXPECT_TRUE(accepted("secret", header, "body"));
    EXPECT_FALSE(accepted("secret", header, "bodY"));
    EXPECT_FALSE(accepted("Secret", header, "body"));
}

TEST(Signature, EveryChangedBitIsRefused) {
    const auto header = shared::sign_delivery("secret", 1700000000, "{}");
    for (std::size_t i = header.find("v1=") + 3; i < header.size(); ++i) {
        auto forged = header;
        forged[i] = forged[i] == '0' ? '1' : '0';
        EXPECT_FALSE(accepted("secret", forged, "{}")) << i;
    }
}

TEST(Signature, TimestampIsSignedAsReceived) {
    const std::string_view body = "{}";
    const auto signed_without_zero = shared::sign_delivery("secret", 1700000000, body);
    EXPECT_FALSE(accepted("secret", "t=0" + signed_without_zero.substr(2), body));
}

TEST(Signature, BodyInPiecesIsTheSameBody) {
    const auto header = shared::sign_delivery("secret", 1, "one two three");
    const auto parsed = shared::parse_signature_header(header);
    const shared::SigningKey keys[] = {shared::SigningKey("other"), shared::SigningKey("secret")};
    const std::string_view pieces[] = {"one", "", " two ", "three"};
    EXPECT_EQ(shared::find_signer(*parsed, keys, pieces), 1U);
}

TEST(Signature, AKeyServesAgainAndAgain) {
    const shared::SigningKey key("secret");
    const std::string_view first[] = {"first"}, second[] = {"sec", "ond"};
    const auto of_first = key.mac("1", first), of_second = key.mac("1", second);
    EXPECT_NE(of_first, of_second);
    EXPECT_EQ(key.mac("1", first), of_first);
    EXPECT_EQ(shared::SigningKey("secret").mac("1", second), of_second);
}

TEST(SignatureHeader, AcceptsSeveralCandidatesAndUnknownEntries) {
    const std::string header = "v0=x,t=12,v1=" + hex_64 + ",v2=,v1=" + hex_64;
    const auto parsed = shared::parse_signature_header(header);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->timestamp, "12");
    EXPECT_EQ(parsed->seconds, 12);
    EXPECT_EQ(parsed->candidate_count, 2U);
}

TEST(SignatureHeader, IsAListAsHttpHasThem) {
    for (const std::string& v1 : {"v1=" + hex_64, "v1 = " + hex_64, "\tv1\t=\t" + hex_64 + " "})
        for (const std::string before :
             {"t=1,", "t=1, ", " t=1 ,", "t = 1\t,\t", ",t=1,", "t=1,,", " , ,t=1 , ,"})
            for (const std::string after : {"", ",", " , ", ",,", ", x=", ",x = y ,", "\t"}) {
                const auto header = before + v1 + after;
                const auto parsed = shared::parse_signature_header(header);
                ASSERT_TRUE(parsed) << header;
                EXPECT_EQ(parsed->timestamp, "1") << header;
                EXPECT_EQ(parsed->candidate_count, 1U) << header;
            }
}

TEST(SignatureHeader, RefusesEverythingElse) {
    const std::string v1 = "v1=" + hex_64;
    const std::string refused[] = {"",
                                   ",",
                                   " , \t,",
                                   "t",
                                   "t=",
                                   "t=1",
                                   v1,
                                   "t=1,t=1," + v1,
                                   "t=1,v," + v1,
                                   "t=-1," + v1,
                                   "t=+1," + v1,
                                   "t=1a," + v1,
                                   "t=1 2," + v1,
                                   "t=1\v," + v1,
                                   "t=\"1\"," + v1,
                                   "t=1234567890123," + v1,
                                   "t=1," + v1 + ",x=y z",
                                   "t=1," + v1 + ",x y=z",
                                   "t=1,v1=" + hex_64 + "a",
                                   "t=1,v1=" + hex_64.substr(1),
                                   "t=1,v1=" + hex_64.substr(2) + " a",
                                   "t=1,v1=" + hex_64.substr(1) + "g",
                                   "t=1,=x," + v1,
                                   "t=1, =x," + v1,
                                   "t=1;" + v1,
                                   "t=1 " + v1,
                                   "T=1," + v1};
    for (const auto& header : refused) EXPECT_FALSE(shared::parse_signature_header(header)) << header;
}

class SignatureHeaderLines : public testing::Test {
protected:
    static std::optional<shared::SignatureHeader> parse(std::vector<std::string_view> lines) {
        return shared::parse_signature_header(lines);
    }

    const std::string v1_ = "v1=" + hex_64, other_v1_ = "v1=" + std::string(64, 'b');
    const std::string header_ = "t=1," + v1_;
};

TEST_F(SignatureHeaderLines, ThatAreTheSameAreOneHeader) {
    for (const auto& again : {header_, " " + header_, header_ + "\t"})
        for (const auto& lines :
             {std::vector<std::string_view>{header_, again}, {again, header_, header_, again}}) {
            ASSERT_TRUE(parse(lines)) << again;
            EXPECT_EQ(parse(lines)->candidate_count, 1U);
        }
    EXPECT_TRUE(parse(std::vector<std::string_view>(100, header_)));
}

TEST_F(SignatureHeaderLines, ThatAProxyJoinedAreOneHeaderToo) {
    for (const auto& joined : {header_ + "," + header_, header_ + ", " + header_, header_ + " ,\t" + header_,
                               header_ + ", " + header_ + "," + header_}) {
        ASSERT_TRUE(shared::parse_signature_header(joined)) << joined;
        EXPECT_EQ(shared::parse_signature_header(joined)->candidate_count, 1U);
    }
    EXPECT_FALSE(shared::parse_signature_header(header_ + ", t=1," + other_v1_));
    EXPECT_FALSE(shared::parse_signature_header(header_ + ", t=2," + v1_));
}

TEST_F(SignatureHeaderLines, ArePartsOfOneHeaderWhenNoneIsWhole) {
    for (const auto& lines : {std::vector<std::string_view>{"t=1", v1_},
                              {"t=1,", v1_},
                              {v1_, "t=1"},
                              {"t=1", v1_, "t=1", v1_},
                              {"t=1", "v0=x", v1_}})
        EXPECT_TRUE(parse(lines));
    EXPECT_EQ(parse({"t=1", v1_, other_v1_})->candidate_count, 2U);
}

TEST_F(SignatureHeaderLines, ThatDifferAreRefused) {
    const std::string later = "t=2," + v1_, of_another_key = "t=1," + other_v1_;
    for (const auto& lines : {std::vector<std::string_view>{header_, later},
                              {header_, of_another_key},
                              {header_, other_v1_},
                              {header_, "x=y"},
                              {header_, ""},
                              {"", header_},
                              {"t=1", "t=2", v1_},
                              {header_, header_, "nonsense"}})
        EXPECT_FALSE(parse(lines));
    EXPECT_FALSE(parse({}));
}

TEST_F(SignatureHeaderLines, AreBoundedTogether) {
    const std::string filler = "x=" + std::string(600, 'x'), more = "y=" + std::string(600, 'x');
    EXPECT_TRUE(parse({"t=1", v1_, filler}));
    EXPECT_FALSE(parse({"t=1", v1_, filler, more}));
    EXPECT_FALSE(parse({"t=1", v1_, "a=", "b=", "c=", "d=", "e=", "f=", "g="}));
}

TEST(SignatureHeader, IsBounded) {
    const std::string v1 = ",v1=" + hex_64;
    std::string header = "t=1";
    for (std::size_t i = 0; i < shared::signature_max_candidates; ++i) header += v1;
    EXPECT_TRUE(shared::parse_signature_header(header));
    EXPECT_FALSE(shared::parse_signature_header(header + v1));
    EXPECT_FALSE(shared::parse_signature_header("t=1" + v1 + ",x=" + std::string(1024, 'x')));
}

}  // namespace signature_test
