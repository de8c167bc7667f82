#include <stdexcept>

#include <gtest/gtest.h>

#include "http/url.hpp"

namespace url_test {

TEST(Url, PartsAndOrigin) {
    const auto url = http::parse_url("https://api.brevo.com/v3/");
    EXPECT_TRUE(url.tls);
    EXPECT_EQ(url.host, "api.brevo.com");
    EXPECT_EQ(url.port, "443");
    EXPECT_EQ(url.base_path, "/v3");
    EXPECT_EQ(url.origin(), "https://api.brevo.com");
    EXPECT_EQ(http::parse_url("http://[::1]:8080").origin(), "http://[::1]:8080");
    EXPECT_EQ(http::parse_url("http://localhost").port, "80");
    EXPECT_EQ(http::parse_url("https://host:/").port, "443");
    EXPECT_EQ(http::parse_url("https://host:8443").origin(), "https://host:8443");
}

TEST(Url, RefusesWhatIsNotSafeOrNoAddress) {
    for (const auto* text : {"", "api.brevo.com", "ftp://api.brevo.com", "http://api.brevo.com", "https://",
                             "https://user@host/", "https://host/?q=1", "https://host/#f",
                             "http://127.evil.example", "http://127.0.0.1x:80/"})
        EXPECT_THROW(http::parse_url(text), std::invalid_argument) << text;
}

// Boost 1.81 takes what follows an IPv4 address for a path.
TEST(Url, AHostIsReadWholeOrNotAtAll) {
    std::string host = "10.0.0.1.nip.example";
    try {
        host = http::parse_url("https://10.0.0.1.nip.example/v3").host;
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(), "the URL's host cannot be read");
    }
    EXPECT_EQ(host, "10.0.0.1.nip.example");
}

TEST(Url, IdentifiersAreEncodedWhole) {
    EXPECT_EQ(http::percent_encode("a+b/c@d.e"), "a%2Bb%2Fc%40d.e");
}

}  // namespace url_test
