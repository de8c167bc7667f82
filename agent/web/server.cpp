#include "web/server.hpp"

#include <utility>

#include <openssl/crypto.h>

#include "web/health.hpp"
#include "web/host.hpp"
#include "web/metrics.hpp"

namespace web {
namespace {

namespace asio = boost::asio;
using boost::beast::http::status;
using http::Field;
using http::Verb;

http::Response make_response(status code, std::string_view type, std::string body) {
    http::Response response(code, 11);
    response.set(Field::content_type, boost::beast::string_view(type.data(), type.size()));
    response.body() = std::move(body);
    response.prepare_payload();
    return response;
}

http::Response to_response(const Health& health) {
    return make_response(health.is_healthy ? status::ok : status::service_unavailable, "application/json",
                         health.json + "\n");
}

http::Router make_router(StatusSource source) {
    http::Router router({"GET /health or GET /metrics\n", "GET only\n"});
    router.add(Verb::get, "/health", [source](http::RoutedRequest) -> asio::awaitable<http::Response> {
        co_return to_response(health_of(source()));
    });
    router.add(Verb::get, "/metrics", [source](http::RoutedRequest) -> asio::awaitable<http::Response> {
        co_return make_response(status::ok, "text/plain; version=0.0.4", metrics_text(source()));
    });
    return router;
}

asio::ip::tcp::endpoint endpoint_of(const config::ListenAddress& listen) {
    return {asio::ip::make_address(listen.ip), listen.port};
}

}  // namespace

Server::Server(asio::any_io_executor executor, const config::Admin& settings, StatusSource status)
    : token_(settings.token),
      listen_(settings.listen),
      router_(make_router(std::move(status))),
      server_(std::move(executor), http::ServerOptions{.address = endpoint_of(settings.listen)},
              [this](http::Request request) -> asio::awaitable<std::optional<http::Response>> {
                  auto response = co_await answer(std::move(request));
                  co_return response;
              }) {
    server_.start();
}

bool Server::is_allowed(const http::Request& request) const {
    if (token_.empty()) return true;
    const std::string expected = "Bearer " + token_;
    const auto given = request[Field::authorization];
    return given.size() == expected.size() &&
           CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
}

// Whoever knows the token may call us as they like. No browser leaves the field out.
bool Server::is_asked_by_its_name(const http::Request& request) const {
    const auto host = request.find(Field::host);
    if (!token_.empty() || host == request.end()) return true;
    return is_own_host({host->value().data(), host->value().size()}, listen_);
}

// Without the token nobody learns what there is; and whoever has it may only look.
asio::awaitable<http::Response> Server::answer(http::Request request) const {
    if (!is_allowed(request)) co_return make_response(status::unauthorized, "text/plain", "Unauthorized\n");
    if (!is_asked_by_its_name(request))
        co_return make_response(status::misdirected_request, "text/plain",
                                "Ask by the address of admin.listen, or set admin.token\n");
    if (request.method() != Verb::get)
        co_return make_response(status::method_not_allowed, "text/plain", "GET only\n");
    auto response = co_await router_.answer(std::move(request));
    co_return response;
}

asio::awaitable<void> Server::stop() {
    return server_.stop(std::chrono::seconds(1));
}

}  // namespace web
