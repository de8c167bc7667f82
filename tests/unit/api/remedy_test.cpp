// What follows from a refusal's status.
#include <gtest/gtest.h>

#include "api/remedy.hpp"
#include "brevo/http_api.hpp"
#include "calendly/http_api.hpp"

namespace {

using api::Remedy;
using api::remedy_of;

TEST(Remedy, TroubleOfTheServerOrTheNetworkIsTriedAgain) {
    for (const unsigned status : {408U, 425U, 429U, 500U, 502U, 503U, 504U, 599U})
        EXPECT_EQ(remedy_of(status, {}), Remedy::retry) << status;
}

TEST(Remedy, EveryOtherRefusalIsFinal) {
    for (const unsigned status : {301U, 400U, 401U, 403U, 404U, 405U, 409U, 422U})
        EXPECT_EQ(remedy_of(status, {}), Remedy::give_up) << status;
}

TEST(Remedy, CalendlyRefusesTheCredentialWith401Alone) {
    EXPECT_EQ(remedy_of(401, calendly::parking_statuses), Remedy::park);
    for (const unsigned status : {402U, 403U, 404U})
        EXPECT_EQ(remedy_of(status, calendly::parking_statuses), Remedy::give_up) << status;
}

TEST(Remedy, BrevoRefusesTheAccountAndTheAddressToo) {
    for (const unsigned status : {401U, 402U, 403U})
        EXPECT_EQ(remedy_of(status, brevo::parking_statuses), Remedy::park) << status;
    EXPECT_EQ(remedy_of(404, brevo::parking_statuses), Remedy::give_up);
}

TEST(Remedy, APageOfAProxyIsNotTheApisWord) {
    EXPECT_TRUE(api::is_the_apis_own(404, R"({"title":"Resource Not Found"})"));
    EXPECT_FALSE(api::is_the_apis_own(404, "<html>")) << "a portal's page";
    EXPECT_FALSE(api::is_the_apis_own(404, "")) << "both APIs say what is gone";
    EXPECT_TRUE(api::is_the_apis_own(400, ""));
    EXPECT_FALSE(api::is_the_apis_own(302, R"({"to":"login"})"));
    EXPECT_FALSE(api::is_the_apis_own(407, R"({})")) << "a proxy asks for a password";
    for (const unsigned status : {413U, 414U, 431U}) EXPECT_TRUE(api::is_the_apis_own(status, "<html>"));
}

}  // namespace
