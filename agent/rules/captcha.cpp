#include "rules/captcha.hpp"

#include <optional>

#include <boost/json.hpp>

#include "text/text.hpp"

namespace rules {
namespace {

namespace json = boost::json;
using Verdict = CaptchaVerdict;

std::optional<json::object> object_in_answer(std::string_view body) {
    boost::system::error_code error;
    auto parsed = json::parse({body.data(), body.size()}, error);
    if (error || !parsed.is_object()) return std::nullopt;
    return std::move(parsed.get_object());
}

std::optional<bool> success_in(const json::object& object) {
    const auto* value = object.if_contains("success");
    return value && value->is_bool() ? std::optional(value->get_bool()) : std::nullopt;
}

// "invalid-input-secret", "sitekey-secret-mismatch", "bad-request", "internal-error"
bool is_operators_mistake(const json::value& code) {
    const auto* text = code.if_string();
    if (!text) return false;
    const std::string_view name(text->data(), text->size());
    return name.find("secret") != name.npos || name == "bad-request" || name == "internal-error";
}

Verdict judge_siteverify(const json::object& answer) {
    const auto success = success_in(answer);
    if (!success) return Verdict::unknown;
    if (*success) return Verdict::passed;
    const auto* codes = answer.if_contains("error-codes");
    if (const auto* list = codes ? codes->if_array() : nullptr)
        for (const auto& code : *list)
            if (is_operators_mistake(code)) return Verdict::unknown;
    return Verdict::refused;
}

// As application/x-www-form-urlencoded has it.
std::string encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string all;
    for (const unsigned char byte : text) {
        const bool is_plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                              (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '.' || byte == '_';
        if (is_plain)
            all.push_back(static_cast<char>(byte));
        else
            (all += '%').append({digits[byte >> 4], digits[byte & 15]});
    }
    return all;
}

}  // namespace

std::string captcha_content_type(const CaptchaQuestion& question) {
    return question.secret.empty() ? "application/json" : "application/x-www-form-urlencoded";
}

std::string captcha_body(const CaptchaQuestion& question) {
    if (question.secret.empty())
        return json::serialize(json::object{{"token", question.token},
                                            {"response", question.response},
                                            {"remoteip", question.address},
                                            {"event_type", question.event_type}});
    auto body = "secret=" + encoded(question.secret);
    body += "&response=" + encoded(question.response);
    return body += "&remoteip=" + encoded(question.address);
}

CaptchaVerdict judge_captcha(unsigned status, std::string_view body, bool is_siteverify) {
    const auto answer = object_in_answer(body);
    if (is_siteverify) return answer && status < 500 ? judge_siteverify(*answer) : Verdict::unknown;
    if (status / 100 == 2) return answer && success_in(*answer) == false ? Verdict::refused : Verdict::passed;
    const bool says_nothing = status == 404 || status == 405 || status == 408 || status == 429;
    return status / 100 == 4 && !says_nothing ? Verdict::refused : Verdict::unknown;
}

}  // namespace rules
