#include "sandbox/http_bridge.hpp"

#include <chrono>

#include <date/date.h>

namespace sandbox {
namespace {

namespace beast = boost::beast;

std::optional<std::string> header(const http::Server::Request& request, std::string_view name) {
    const auto found = request.find(name);
    if (found == request.end()) return std::nullopt;
    return std::string(found->value());
}

std::string http_date_now() {
    return date::format("%a, %d %b %Y %H:%M:%S GMT",
                        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

}  // namespace

std::optional<Call> to_call(const http::Server::Request& request, std::string_view base_path) {
    auto call = parse_call(request.method_string(), request.target(), base_path);
    if (!call) return std::nullopt;
    call->authorization = header(request, "Authorization");
    call->api_key = header(request, "api-key");
    call->user_agent = header(request, "User-Agent");
    call->content_type = header(request, "Content-Type").value_or("");
    call->body = request.body();
    return call;
}

http::Server::Response to_response(const Answer& answer) {
    http::Server::Response response(static_cast<beast::http::status>(answer.status), 11);
    if (answer.body) {
        response.set(beast::http::field::content_type, "application/json");
        response.body() = json::serialize(*answer.body);
    }
    response.set(beast::http::field::date, http_date_now());
    for (const auto& [name, value] : answer.headers) response.set(name, value);
    return response;
}

}  // namespace sandbox
