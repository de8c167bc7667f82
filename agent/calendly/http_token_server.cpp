#include "calendly/http_token_server.hpp"

#include <fmt/format.h>

#include "calendly/parse.hpp"

namespace calendly {
namespace {

namespace asio = boost::asio;

// A refusal counts in OAuth's own form only: what a proxy says is trouble of the way.
api::ApiFailure refusal(const std::string& target, const http::Response& response) {
    const auto status = response.result_int();
    const auto error = status / 100 == 4 && status != 429 ? parse_oauth_error(response.body()) : "";
    api::ApiFailure failure;
    failure.status = status;
    failure.remedy = error.empty() ? api::Remedy::retry : api::Remedy::park;
    failure.reason = fmt::format("Calendly answered {} to POST {}", status, target);
    const bool is_known = error == "invalid_grant" || error == "invalid_client" ||
                          error == "invalid_request" || error == "unauthorized_client" ||
                          error == "unsupported_grant_type";
    if (is_known) failure.reason += " (" + error + ")";
    return failure;
}

}  // namespace

HttpTokenServer::HttpTokenServer(asio::any_io_executor executor, http::Url auth_url, std::string ca_file,
                                 OAuthApp app)
    : app_(std::move(app)),
      client_(std::move(executor), std::move(auth_url), http::ClientOptions{.ca_file = std::move(ca_file)}) {}

asio::awaitable<api::Answer<http::Response>> HttpTokenServer::post(std::string target, TokenRequest request) {
    http::Request message(http::Verb::post, target, 11);
    message.set(http::Field::content_type, "application/x-www-form-urlencoded");
    message.set(http::Field::accept, "application/json");
    if (!request.authorization.empty()) message.set(http::Field::authorization, request.authorization);
    message.body() = std::move(request.body);
    const http::Guard always = [] { return true; };
    auto response = co_await client_.send(std::move(message), always, false);
    if (!response) {
        api::ApiFailure failure;
        failure.reason = fmt::format("Calendly: POST {} failed: {}", target, response.error().message());
        co_return failure;
    }
    if (response->result_int() / 100 != 2) co_return refusal(target, *response);
    co_return std::move(*response);
}

asio::awaitable<api::Answer<Tokens>> HttpTokenServer::tokens(TokenRequest request) {
    const auto asked = std::chrono::system_clock::now();
    auto response = co_await post("/oauth/token", std::move(request));
    if (!response) co_return response.error();
    try {
        co_return parse_tokens(response->body(), asked);
    } catch (const ShapeError& error) {
        api::ApiFailure failure;
        failure.status = response->result_int();
        failure.reason =
            fmt::format("Calendly's answer to POST /oauth/token cannot be read: {}", error.what());
        co_return failure;
    }
}

asio::awaitable<api::Answer<Tokens>> HttpTokenServer::redeem(Pkce pkce, std::string code) {
    return tokens(redeem_request(app_, pkce, code));
}

asio::awaitable<api::Answer<Tokens>> HttpTokenServer::refresh(std::string refresh_token) {
    return tokens(refresh_request(app_, refresh_token));
}

asio::awaitable<api::Answer<bool>> HttpTokenServer::revoke(std::string token) {
    auto response = co_await post("/oauth/revoke", revoke_request(app_, token));
    if (!response) co_return response.error();
    co_return true;
}

}  // namespace calendly
