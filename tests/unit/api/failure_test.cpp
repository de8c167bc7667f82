#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_failure.hpp"

namespace {

TEST(Mask, OfAnAnswerTheLogSaysWhyItRefused) {
    api::ApiFailure failure;
    failure.reason = "Brevo answered 400";
    failure.status = 400;
    failure.body =
        R"({"code":"invalid_parameter","message":"SMS +33612345678 of ada@example.com","contact":"Ada"})";
    EXPECT_EQ(api::describe(failure), "Brevo answered 400: invalid_parameter, SMS *** of a***@example.com");
    failure.body = R"({"message":"unrecognised IP address 192.168.200.7."})";
    EXPECT_EQ(api::describe(failure), "Brevo answered 400: unrecognised IP address 192.168.200.7.");
    failure.body = R"({"code":7,"message":"abc123456789 is unknown"})";
    EXPECT_EQ(api::describe(failure), "Brevo answered 400: abc123456789 is unknown");
    failure.body = "[1]";
    EXPECT_EQ(api::describe(failure), "Brevo answered 400: [1]");
    failure.body = "<html>0612345678</html>";
    EXPECT_EQ(api::describe(failure), "Brevo answered 400: <html>***</html>");
    failure.status = 200;
    EXPECT_EQ(api::describe(failure), "Brevo answered 400") << "what it answered may be a person's data";
}

TEST(Mask, FailuresQuoteTheAnswerWithoutAddresses) {
    api::ApiFailure failure;
    failure.reason = "Brevo answered 400 to POST /contacts";
    failure.body = "{\"message\":\"ada@example.com is\nwrong\"}";
    EXPECT_EQ(api::describe(failure),
              "Brevo answered 400 to POST /contacts: {\"message\":\"a***@example.com is wrong\"}");
    failure.body = "\x1b[1m\x7f";
    EXPECT_EQ(api::describe(failure), "Brevo answered 400 to POST /contacts:  [1m ");
    failure.body.clear();
    EXPECT_EQ(api::describe(failure), "Brevo answered 400 to POST /contacts");
}

}  // namespace
