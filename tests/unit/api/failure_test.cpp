// What a log may say of an answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_failure.hpp"

namespace failure_test {

using testing::HasSubstr;
using testing::Not;

api::ApiFailure refused(std::string body) {
    api::ApiFailure failure;
    failure.status = 400;
    failure.reason = "Brevo answered 400 to POST /contacts";
    failure.body = std::move(body);
    return failure;
}

TEST(ApiFailure, IsDescribedByItsReasonAndTheWordsThatWeKnow) {
    auto failure = refused(R"({"code":"x","message":"ada@example.com"})");
    EXPECT_EQ(api::describe(failure), "Brevo answered 400 to POST /contacts");
    failure.words = "invalid_parameter";
    EXPECT_EQ(api::describe(failure), "Brevo answered 400 to POST /contacts: invalid_parameter");
}

TEST(ApiFailure, WhatSomebodyElseWroteIsNoPartOfItsDescription) {
    for (const auto* body : {"<html>/v3/contacts/jane.doe%40example.com</html>", "06 12 34 56 78", "Ann Bee",
                             R"({"message":"Ann Bee, 06 12 34 56 78"})", "\x1b[1m\x7f"})
        EXPECT_EQ(api::describe(refused(body)), "Brevo answered 400 to POST /contacts") << body;
}

TEST(ApiFailure, AMaskedAnswerKeepsTheWordsOfRefusalsAndNothingElse) {
    EXPECT_EQ(
        api::masked_answer(refused(R"({"code":"invalid_parameter","message":"SMS 0612345678 of)"
                                   R"( Ann Bee is not valid","id":7,"valid":false})")),
        R"({"code":"invalid_parameter","message":"SMS *** of *** *** is not valid","id":"***","valid":false})");
    EXPECT_EQ(api::masked_answer(refused(R"({"details":[{"message":"[is]\tmissing ~"},7,null]})")),
              R"({"details":[{"message":"*** missing ***"},"***",null]})");
    EXPECT_EQ(api::masked_answer(refused("")), "");
}

TEST(ApiFailure, AMaskedPageIsOneLineWithoutWhoItIsAbout) {
    const auto masked = api::masked_answer(
        refused("<html>\nCould not find /v3/contacts/jane.doe%40example.com?identifierType=email_id for "
                "\"J\u00e4ne D\u00f6e\" +33 6 12 34 56 78\x1b[0m\r\n</html>"));
    for (const auto* personal : {"jane", "doe", "example", "J\u00e4", "ne", "12", "78", "\n", "\r", "\x1b"})
        EXPECT_THAT(masked, Not(HasSubstr(personal))) << masked;
    EXPECT_THAT(masked, HasSubstr("not"));
    EXPECT_LE(api::masked_answer(refused(std::string(100'000, 'x'))).size(), 300u);
    EXPECT_LE(api::masked_answer(refused(std::string(5'000, '"'))).size(), 300u);
}

TEST(ApiFailure, AStrangeAnswerIsTroubleOfTheWay) {
    const auto failure = api::strange_answer("Brevo", "/contacts", 200, "<html>jane.doe</html>");
    EXPECT_EQ(failure.remedy, api::Remedy::retry);
    EXPECT_EQ(api::describe(failure), "the answer to /contacts is not Brevo's: 200 without its JSON");
}

}  // namespace failure_test
