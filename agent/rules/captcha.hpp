// How an operator's captcha is asked whether a person books, and what its answers mean.
#pragma once

#include <string>
#include <string_view>

namespace rules {

struct CaptchaQuestion {
    std::string secret;      // "": the operator's own program, else a siteverify of hCaptcha, Turnstile, ...
    std::string token;       // the form's
    std::string response;    // of the captcha in the page; ""
    std::string address;     // the visitor's
    std::string event_type;  // its id
};

// Of the POST: a form (secret, response, remoteip) for a siteverify, else JSON (token, response, remoteip,
// event_type).
std::string captcha_content_type(const CaptchaQuestion& question);
std::string captcha_body(const CaptchaQuestion& question);

enum class CaptchaVerdict {
    passed,
    refused,  // whoever books may try once more
    unknown,  // the captcha does not work: nobody books, and an operator must look
};

// A siteverify says it in its body: {"success": true}, or false with "error-codes"; those about the secret
// are the operator's mistake. An own program says it by its status: 2xx passes unless its body says
// {"success": false}, 4xx refuses, but for 404, 405, 408 and 429, which say nothing of the visitor.
CaptchaVerdict judge_captcha(unsigned status, std::string_view body, bool is_siteverify);

}  // namespace rules
