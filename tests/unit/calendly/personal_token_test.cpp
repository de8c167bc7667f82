// What a personal token says of itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calendly/personal_token.hpp"
#include "text/base64url.hpp"

namespace personal_token_test {

using calendly::read_personal_token;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

std::string token_with(const std::string& claims) {
    return text::base64url(R"({"typ":"PAT"})") + "." + text::base64url(claims) + ".signature";
}

TEST(PersonalToken, NamesItsScopesAsTextOrAsAnArray) {
    for (const auto* claims :
         {R"({"scope": "webhooks:write users:read"})", R"({"scopes": ["users:read", "webhooks:write"]})",
          R"({"scope": ["users:read", "webhooks:write"]})", R"({"scopes": "users:read  webhooks:write"})",
          R"({"scope": null, "scopes": ["users:read", 7, "webhooks:write"]})"})
        EXPECT_THAT(read_personal_token(token_with(claims)).scopes,
                    Optional(ElementsAre("users:read", "webhooks:write")))
            << claims;
    EXPECT_THAT(read_personal_token(token_with(R"({"scope": ""})")).scopes, Optional(IsEmpty()));
}

TEST(PersonalToken, ThatIsNoJwtOrNamesNoneSaysNothing) {
    for (const auto& token :
         {std::string(), std::string("sandbox-token"), std::string("a.b"), std::string("a.b.c"),
          token_with("[]"), token_with("{}"), token_with(R"({"scope": 7})")})
        EXPECT_FALSE(read_personal_token(token).scopes.has_value()) << token;
}

TEST(PersonalToken, MaySayWhoseItIs) {
    EXPECT_EQ(read_personal_token(token_with(R"({"user_uuid": "AAAA"})")).user, "AAAA");
    for (const auto& token :
         {std::string("sandbox-token"), token_with("{}"), token_with(R"({"user_uuid": 7})")})
        EXPECT_EQ(read_personal_token(token).user, "") << token;
}

TEST(PersonalToken, MaySayWhenItExpires) {
    EXPECT_FALSE(read_personal_token(token_with("{}")).expires.has_value());
    const auto expires = read_personal_token(token_with(R"({"exp": 1800000000})")).expires;
    EXPECT_THAT(expires,
                Optional(std::chrono::system_clock::time_point(std::chrono::seconds(1'800'000'000))));
}

}  // namespace personal_token_test
