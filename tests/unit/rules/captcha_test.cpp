#include <gtest/gtest.h>

#include "rules/captcha.hpp"

namespace calendly_brevo::test::captcha_test {

using rules::CaptchaVerdict;
using rules::judge_captcha;

TEST(Captcha, AnOwnProgramIsToldTheFormsTokenAsJson) {
    const rules::CaptchaQuestion question{"", "17.n.s", "re\"sponse", "192.0.2.7", "DEMO"};
    EXPECT_EQ(rules::captcha_content_type(question), "application/json");
    EXPECT_EQ(rules::captcha_body(question),
              R"({"token":"17.n.s","response":"re\"sponse","remoteip":"192.0.2.7","event_type":"DEMO"})");
}

TEST(Captcha, ASiteverifyIsToldAForm) {
    const rules::CaptchaQuestion question{"0x+/=", "17.n.s", "a.b-c_d&e f", "2001:db8::1", "DEMO"};
    EXPECT_EQ(rules::captcha_content_type(question), "application/x-www-form-urlencoded");
    EXPECT_EQ(rules::captcha_body(question),
              "secret=0x%2B%2F%3D&response=a.b-c_d%26e%20f&remoteip=2001%3Adb8%3A%3A1");
}

TEST(Captcha, AnOwnProgramsStatusDecides) {
    for (const auto* body : {"", "ok", "{}", R"({"success":true})", R"({"success":"no"})"})
        EXPECT_EQ(judge_captcha(200, body, false), CaptchaVerdict::passed) << body;
    EXPECT_EQ(judge_captcha(204, "", false), CaptchaVerdict::passed);
    EXPECT_EQ(judge_captcha(200, R"({"success":false})", false), CaptchaVerdict::refused);
    for (const unsigned status : {400u, 401u, 403u, 422u})
        EXPECT_EQ(judge_captcha(status, "", false), CaptchaVerdict::refused) << status;
    for (const unsigned status : {101u, 301u, 404u, 405u, 408u, 429u, 500u, 503u})
        EXPECT_EQ(judge_captcha(status, "", false), CaptchaVerdict::unknown) << status;
}

TEST(Captcha, ASiteverifySaysItInItsBody) {
    EXPECT_EQ(judge_captcha(200, R"({"success":true,"hostname":"x"})", true), CaptchaVerdict::passed);
    EXPECT_EQ(judge_captcha(200, R"({"success":false})", true), CaptchaVerdict::refused);
    for (const auto* code : {"missing-input-response", "timeout-or-duplicate", "invalid-input-response"})
        EXPECT_EQ(
            judge_captcha(200, std::string(R"({"success":false,"error-codes":[")") + code + "\"]}", true),
            CaptchaVerdict::refused)
            << code;
    for (const auto* code : {"invalid-input-secret", "missing-input-secret", "sitekey-secret-mismatch",
                             "bad-request", "internal-error"})
        EXPECT_EQ(
            judge_captcha(400, std::string(R"({"success":false,"error-codes":[")") + code + "\"]}", true),
            CaptchaVerdict::unknown)
            << code << ": the operator's mistake";
    for (const auto* garbage : {"", "ok", "<html>", "[]", "{}", R"({"success":1})", R"({"success":"true"})"})
        EXPECT_EQ(judge_captcha(200, garbage, true), CaptchaVerdict::unknown) << garbage;
    EXPECT_EQ(judge_captcha(502, R"({"success":true})", true), CaptchaVerdict::unknown);
}

}  // namespace calendly_brevo::test::captcha_test
