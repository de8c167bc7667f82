#include "web/server.hpp"

#include <openssl/crypto.h>

#include "http/message.hpp"
#include "web/health.hpp"
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

asio::ip::tcp::endpoint endpoint_of(const config::ListenAddress& listen) {
    return {asio::ip::make_address(listen.ip), listen.port};
}

http::Response health(const std::vector<syncing::ConnectorStatus>& connectors) {
    const auto health = health_of(connectors);
    return make_response(health.is_healthy ? status::ok : status::service_unavailable, "application/json",
                         health.json + "\n");
}

}  // namespace

Server::Server(asio::any_io_executor executor, const config::Admin& settings, StatusSource status)
    : token_(settings.token),
      status_(std::move(status)),
      server_(
          std::move(executor), http::ServerOptions{.address = endpoint_of(settings.listen)},
          [this](http::Server::Request request) -> asio::awaitable<std::optional<http::Server::Response>> {
              co_return answer(request);
          }) {
    server_.start();
}

bool Server::is_allowed(const http::Server::Request& request) const {
    if (token_.empty()) return true;
    const std::string expected = "Bearer " + token_;
    const auto given = request[Field::authorization];
    return given.size() == expected.size() &&
           CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
}

http::Server::Response Server::answer(const http::Server::Request& request) const {
    if (!is_allowed(request)) return make_response(status::unauthorized, "text/plain", "Unauthorized\n");
    if (request.method() != Verb::get)
        return make_response(status::method_not_allowed, "text/plain", "GET only\n");
    if (request.target() == "/health") return health(status_());
    if (request.target() == "/metrics")
        return make_response(status::ok, "text/plain; version=0.0.4", metrics_text(status_()));
    return make_response(status::not_found, "text/plain", "GET /health or GET /metrics\n");
}

asio::awaitable<void> Server::stop() {
    return server_.stop(std::chrono::seconds(1));
}

}  // namespace web
