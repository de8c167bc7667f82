#include "app/captcha.hpp"

#include <fmt/format.h>

#include "http/client.hpp"
#include "net/limited_log.hpp"
#include "rules/captcha.hpp"

namespace app {
namespace {

namespace asio = boost::asio;
using rules::CaptchaVerdict;

// The lock on the booking outlasts it.
constexpr std::chrono::seconds captcha_timeout{5};
// An answer is a few members.
constexpr std::size_t longest_captcha_answer = 64 << 10;

struct Captcha {
    Captcha(asio::any_io_executor executor, const config::Scheduling& settings,
            std::shared_ptr<spdlog::logger> to)
        : url(settings.verify_url), secret(settings.verify_secret), log(std::move(to)) {
        auto address = http::parse_url(url);
        target = address.base_path.empty() ? "/" : address.base_path;
        address.base_path.clear();
        http::ClientOptions options;
        options.timeout = captcha_timeout;
        options.max_idle =
            0;  // what a captcha gave is good for one question, which a dead connection would lose
        options.max_response_size = longest_captcha_answer;
        client = std::make_unique<http::Client>(std::move(executor), std::move(address), options);
    }

    std::string url;
    std::string secret;
    std::string target;
    std::unique_ptr<http::Client> client;
    net::LimitedLog log;
};

http::Request question_of(const Captcha& captcha, const scheduling::Applicant& applicant) {
    const rules::CaptchaQuestion question{captcha.secret, applicant.form_token, applicant.response,
                                          applicant.address, applicant.event_type};
    http::Request request(http::Verb::post, captcha.target, 11);
    request.set(http::Field::content_type, rules::captcha_content_type(question));
    request.set(http::Field::accept, "application/json");
    request.body() = rules::captcha_body(question);
    return request;
}

scheduling::Refusal not_passed() {
    auto refusal = scheduling::forbidden("The check that a person books has not been passed.");
    refusal.field = scheduling::captcha_field;
    return refusal;
}

asio::awaitable<scheduling::Outcome<bool>> ask_captcha(std::shared_ptr<Captcha> captcha,
                                                       scheduling::Applicant applicant) {
    const bool is_siteverify = !captcha->secret.empty();
    if (is_siteverify && applicant.response.empty()) co_return not_passed();
    auto response = co_await captcha->client->send(question_of(*captcha, applicant), {}, false);
    const auto verdict = response
                             ? rules::judge_captcha(response->result_int(), response->body(), is_siteverify)
                             : CaptchaVerdict::unknown;
    if (verdict == CaptchaVerdict::passed) co_return true;
    if (verdict == CaptchaVerdict::refused) co_return not_passed();
    captcha->log.error(
        "captcha",
        fmt::format(
            "{} does not say whether a person books ({}): nobody can book here, visitors are sent to "
            "Calendly's page; look at scheduling.verify_url{}",
            captcha->url,
            response ? fmt::format("it answered {}", response->result_int()) : response.error().message(),
            is_siteverify ? " and verify_secret" : ""));
    co_return scheduling::unavailable(std::chrono::seconds(30));
}

}  // namespace

scheduling::Verify ask_captcha_of(const config::Scheduling& settings, asio::any_io_executor executor,
                                  std::shared_ptr<spdlog::logger> log) {
    if (settings.verify_url.empty()) return {};
    const auto captcha = std::make_shared<Captcha>(std::move(executor), settings, std::move(log));
    return [captcha](scheduling::Applicant applicant) { return ask_captcha(captcha, std::move(applicant)); };
}

}  // namespace app
