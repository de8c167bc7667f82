// What follows from a refusal: a status counts only in the API's own form.
#include <gtest/gtest.h>

#include "api/remedy.hpp"
#include "brevo/refusal.hpp"
#include "calendly/refusal.hpp"

namespace remedy_test {

using api::judge_refusal;
using api::Remedy;

// What stands between: gateways, proxies, portals, frameworks.
constexpr auto foreign_answers = {
    "",
    "Not Found",
    "<html>404 Not Found</html>",
    "[]",
    "null",
    "{}",
    R"({"message":"no Route matched with those values"})",
    R"({"message":"no Route matched with those values","request_id":"0f"})",
    R"({"message":"Missing Authentication Token"})",
    R"({"error":"Not Found","message":"Not Found","statusCode":404})",
    R"({"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND"}})",
    R"({"error_msg":"404 Route Not Found"})",
    R"({"type":"about:blank","title":"Not Found","status":404,"detail":"No static resource"})",
    R"({"type":"https://x/errors/1020","title":"Error 1020: Access denied","status":403})",
    R"({"timestamp":"2026-11-28T08:00:00Z","status":404,"error":"Not Found","path":"/v3/contacts"})",
    R"({"code":404,"message":"Not Found"})",
    R"({"code":"ResourceNotFound","message":"The resource was not found."})",
    R"({"code":null,"message":"x","title":null})",
    R"({"title":7,"message":"x"})",
    R"({"title":"Not Found","message":7})",
    R"({"code":"document_not_found"})",
    R"({"code":"a_code_that_is_much_longer_than_any_of_brevos","message":"x"})",
    R"({"title":"","message":""})",
    R"({"fault":{"faultstring":"Unable to identify proxy for host"}})"};

Remedy of_brevo(unsigned status, std::string_view body) {
    return judge_refusal(status, body, brevo::refusal_form).remedy;
}
Remedy of_calendly(unsigned status, std::string_view body) {
    return judge_refusal(status, body, calendly::refusal_form).remedy;
}

std::string brevos(std::string_view code) {
    return R"({"code":")" + std::string(code) + R"(","message":"Something"})";
}
constexpr auto calendlys = R"({"title":"Resource Not Found","message":"The server could not find it."})";

TEST(Remedy, TroubleOfTheServerOrTheNetworkIsTriedAgain) {
    for (const unsigned status : {408U, 425U, 429U, 500U, 502U, 503U, 504U, 599U})
        for (const auto& body : {std::string(), brevos("document_not_found"), std::string(calendlys)}) {
            EXPECT_EQ(of_brevo(status, body), Remedy::retry) << status;
            EXPECT_EQ(of_calendly(status, body), Remedy::retry) << status;
        }
}

TEST(Remedy, EveryOtherRefusalOfTheApiIsFinal) {
    for (const unsigned status : {400U, 405U, 406U, 409U, 410U, 422U}) {
        EXPECT_EQ(of_brevo(status, brevos("invalid_parameter")), Remedy::give_up) << status;
        EXPECT_EQ(of_calendly(status, calendlys), Remedy::give_up) << status;
    }
    EXPECT_EQ(of_brevo(404, brevos("document_not_found")), Remedy::give_up);
    EXPECT_EQ(of_calendly(404, calendlys), Remedy::give_up);
}

TEST(Remedy, WhatIsNotInTheApisOwnFormIsTroubleOfTheWay) {
    for (const unsigned status : {300U, 302U, 400U, 401U, 402U, 403U, 404U, 405U, 406U, 407U, 409U, 410U,
                                  418U, 421U, 422U, 426U, 451U, 499U})
        for (const std::string_view body : foreign_answers) {
            if (body.empty() && status >= 401 && status <= 403) continue;
            EXPECT_EQ(of_brevo(status, body), Remedy::retry) << status << " " << body;
            EXPECT_EQ(of_calendly(status, body), Remedy::retry) << status << " " << body;
        }
}

TEST(Remedy, TheFormOfOneApiIsNotTheOthers) {
    EXPECT_EQ(of_brevo(404, calendlys), Remedy::retry);
    EXPECT_EQ(of_calendly(404, brevos("document_not_found")), Remedy::retry);
}

TEST(Remedy, BrevosWordForGoneIsDocumentNotFound) {
    for (const auto* code : {"not_found", "invalid_parameter", "method_not_allowed", "resource_not_found"})
        EXPECT_EQ(of_brevo(404, brevos(code)), Remedy::retry) << "a way that leads nowhere: " << code;
}

TEST(Remedy, ARedirectionAndAProxysPasswordAreNeverTheApis) {
    for (const unsigned status : {301U, 302U, 304U, 307U, 407U}) {
        EXPECT_EQ(of_brevo(status, brevos("unauthorized")), Remedy::retry) << status;
        EXPECT_EQ(of_calendly(status, calendlys), Remedy::retry) << status;
    }
}

TEST(Remedy, TooMuchIsTooMuchForAnyOfThem) {
    for (const unsigned status : {413U, 414U, 431U}) EXPECT_EQ(of_brevo(status, "<html>"), Remedy::give_up);
}

TEST(Remedy, CalendlyRefusesTheCredentialWith401Alone) {
    EXPECT_EQ(of_calendly(401, R"({"title":"Unauthenticated","message":"The token is invalid"})"),
              Remedy::park);
    for (const unsigned status : {402U, 403U, 404U})
        EXPECT_EQ(of_calendly(status, calendlys), Remedy::give_up) << status;
    EXPECT_EQ(
        of_calendly(403, R"({"title":"Insufficient scope","message":"x","required_scopes":["a:read"]})"),
        Remedy::give_up);
}

TEST(Remedy, BrevoRefusesTheAccountAndTheAddressToo) {
    for (const unsigned status : {401U, 402U, 403U})
        EXPECT_EQ(of_brevo(status, brevos("unauthorized")), Remedy::park) << status;
}

TEST(Remedy, ARefusalOfTheCredentialMaySayNothing) {
    for (const unsigned status : {401U, 402U, 403U}) EXPECT_EQ(of_brevo(status, ""), Remedy::park) << status;
    EXPECT_EQ(of_calendly(401, ""), Remedy::park);
    for (const unsigned status : {402U, 403U, 404U})
        EXPECT_EQ(of_calendly(status, ""), Remedy::retry) << status;
    EXPECT_EQ(of_brevo(404, ""), Remedy::retry);
}

TEST(Remedy, AnAccountThatIsBusyIsTriedAgain) {
    for (const unsigned status : {400U, 403U, 406U}) {
        EXPECT_EQ(of_brevo(status, brevos("account_in_process")), Remedy::retry) << status;
        EXPECT_EQ(of_brevo(status, brevos("account_under_validation")), Remedy::retry) << status;
    }
    EXPECT_EQ(of_brevo(400, brevos("duplicate_request")), Remedy::conflict);
}

TEST(Remedy, BothApisAnswerWithAnObject) {
    EXPECT_TRUE(api::is_json_object("{}"));
    for (const auto* body : {"", "[]", "7", "{", "<html>"}) EXPECT_FALSE(api::is_json_object(body)) << body;
}

struct Words {
    std::string_view body, words;
};

TEST(Remedy, OfBrevosRefusalsOnlyWordsThatWeKnowAreRepeated) {
    const Words cases[] = {
        {R"({"code":"duplicate_parameter","message":"Unable to update contact Ann Bee,)"
         R"( SMS 06 12 34 56 78 is already associated with another Contact"})",
         "duplicate_parameter, already associated with another Contact"},
        {R"({"code":"invalid_parameter","message":"Ann Bee, 06 12 34 56 78"})", "invalid_parameter"},
        {R"({"code":"unauthorized","message":"We have detected you are using an unrecognised)"
         R"( IP address 192.168.200.7. If you performed this action"})",
         "unauthorized, unrecognised IP address 192.168.200.7"},
        {R"({"code":"unauthorized","message":"unrecognised IP address 2001:db8::7 of Ann"})",
         "unauthorized, unrecognised IP address 2001:db8::7"},
        {R"({"code":"unauthorized","message":"unrecognised IP address 192.0.2.7: Ann"})",
         "unauthorized, unrecognised IP address 192.0.2.7"},
        {R"({"code":"unauthorized","message":"unrecognised IP address of Ann"})",
         "unauthorized, unrecognised IP address"},
        {R"({"message":"jane.doe%40example.com"})", ""}};
    for (const auto& [body, words] : cases)
        EXPECT_EQ(judge_refusal(400, body, brevo::refusal_form).words, words) << body;
}

TEST(Remedy, OfCalendlysRefusalsOnlyTitlesThatWeKnowAreRepeated) {
    const Words cases[] = {
        {R"({"title":"Permission Denied","message":"Ann Bee may not"})", "Permission Denied"},
        {R"({"title":"Ann Bee","message":"x"})", ""}};
    for (const auto& [body, words] : cases)
        EXPECT_EQ(judge_refusal(403, body, calendly::refusal_form).words, words) << body;
}

}  // namespace remedy_test
