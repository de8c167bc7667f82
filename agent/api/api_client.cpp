#include "api/api_client.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace api {
namespace {

using namespace std::chrono_literals;

// Resets have been seen huge; beyond this the caller's own back-off takes over.
constexpr std::chrono::milliseconds shortest_pause = 200ms;
constexpr std::chrono::milliseconds longest_pause = 60s;
// Of a limit that is one call's own: a plan's bookings a day.
constexpr std::chrono::milliseconds longest_own_pause = 24h;

std::string target_label(const ApiCall& call) {
    return fmt::format("{} {}", std::string_view(to_string(call.verb)),
                       call.label.empty() ? call.target : call.label);
}

std::optional<long> number_field(const http::Response& response, std::string_view name) {
    const auto found = response.find(boost::beast::string_view(name.data(), name.size()));
    if (found == response.end()) return std::nullopt;
    const auto value = found->value();
    long number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || number < 0) return std::nullopt;
    return number;
}

std::chrono::milliseconds seconds_field(const http::Response& response, std::string_view name) {
    return std::chrono::milliseconds(std::min(number_field(response, name).value_or(0), 86'400L) * 1000);
}

bool is_success(const http::Response& response) {
    return response.result_int() / 100 == 2;
}

}  // namespace

ApiClient::ApiClient(boost::asio::any_io_executor executor, ApiDialect dialect, http::Url url,
                     std::string ca_file, std::shared_ptr<Credential> credential,
                     net::Interruption& interruption, std::shared_ptr<Traffic> traffic)
    : dialect_(dialect),
      credential_(std::move(credential)),
      interruption_(interruption),
      client_(std::move(executor), std::move(url), http::ClientOptions{.ca_file = std::move(ca_file)}),
      traffic_(std::move(traffic)) {}

http::Request ApiClient::make_request(const ApiCall& call, const std::string& credential) const {
    http::Request request(call.verb, call.target, 11);
    request.set(boost::beast::string_view(dialect_.credential_field.data(), dialect_.credential_field.size()),
                credential);
    request.set(http::Field::accept, "application/json");
    if (!call.body.empty()) {
        request.set(http::Field::content_type, "application/json");
        request.body() = call.body;
    }
    return request;
}

ApiFailure ApiClient::refusal(const ApiCall& call, const http::Response& response) const {
    const unsigned status = response.result_int();
    auto refusal = judge_refusal(status, response.body(), dialect_.refusals);
    ApiFailure failure;
    failure.remedy = refusal.remedy;
    failure.status = status;
    failure.reason = fmt::format("{} answered {} to {}", dialect_.name, status, target_label(call));
    if (!refusal.is_own && status < 500 && status != 429)
        failure.reason += fmt::format(", and not as {} does", dialect_.name);
    failure.words = std::move(refusal.words);
    failure.required_scopes = std::move(refusal.required_scopes);
    failure.body = response.body();
    const auto asked = std::max(seconds_field(response, "Retry-After"),
                                status == 429 ? seconds_field(response, dialect_.reset_field) : 0ms);
    const auto longest = call.has_own_limit ? longest_own_pause : longest_pause;
    if (status == 429 || asked > 0ms) failure.wait = std::clamp(asked, shortest_pause, longest);
    return failure;
}

ApiFailure ApiClient::withheld(const ApiCall& call) const {
    ApiFailure failure;
    failure.remedy = Remedy::withheld;
    failure.reason = fmt::format("{}: {} was not sent", dialect_.name, target_label(call));
    return failure;
}

void ApiClient::note_allowance(const http::Response& response, Budget& budget) const {
    const auto remaining = number_field(response, dialect_.remaining_field);
    const auto reset = number_field(response, dialect_.reset_field);
    if (remaining && reset) budget.correct({*remaining, std::chrono::seconds(*reset)});
}

// Agents that were told the same time do not all come back at once.
std::chrono::milliseconds ApiClient::with_jitter(std::chrono::milliseconds wait) {
    return wait + std::chrono::milliseconds(std::uniform_int_distribution<int>(0, 100)(random_));
}

boost::asio::awaitable<Answer<http::Response>> ApiClient::call(ApiCall call, std::shared_ptr<Budget> budget) {
    if (!credential_->knows_account()) {  // whose budget is it?
        const auto field = co_await credential_->field();
        if (!field) co_return field.error();
    }
    for (bool may_renew = true;; may_renew = false) {
        co_await budget->wait(interruption_, call.service, call.guard.recall());
        if (net::is_requested(call.guard.recall())) co_return withheld(call);
        auto field = co_await credential_->field();
        if (!field) co_return field.error();
        bool is_withheld = false;
        const auto guard = [&] {
            is_withheld = call.guard && !call.guard();
            return !is_withheld;
        };
        const auto begun = std::chrono::steady_clock::now();
        auto response = co_await client_.send(make_request(call, *field), guard, call.repeatable, call.once);
        if (is_withheld) co_return withheld(call);
        count(call, response, std::chrono::steady_clock::now() - begun);
        auto answer = judge(call, std::move(response), *budget);
        const bool is_refused =
            !answer && answer.error().remedy == Remedy::park && answer.error().status == 401;
        if (!is_refused) co_return answer;
        const bool is_renewed = co_await credential_->refused(std::move(*field));
        if (is_renewed && may_renew) continue;
        auto other = co_await credential_->field();
        if (!other) co_return other.error();
        co_return answer;
    }
}

void ApiClient::count(const ApiCall& call, const http::Result<http::Response>& response,
                      std::chrono::duration<double> lasted) {
    if (traffic_ && call.operation)
        traffic_->note(*call.operation, response ? response->result_int() : 0, lasted);
}

Answer<http::Response> ApiClient::judge(const ApiCall& call, http::Result<http::Response> response,
                                        Budget& budget) {
    if (!response) {
        ApiFailure failure;
        failure.reason =
            fmt::format("{}: {} failed: {}", dialect_.name, target_label(call), response.error().message());
        return failure;
    }
    if (is_success(*response)) {
        note_allowance(*response, budget);
        return std::move(*response);
    }
    auto failure = refusal(call, *response);
    const bool is_own_limit = call.has_own_limit && failure.status == 429;
    if (failure.wait > 0ms && !is_own_limit) budget.pause(with_jitter(failure.wait));
    return failure;
}

}  // namespace api
