#include "web/server.hpp"

#include <openssl/crypto.h>
#include <boost/json.hpp>

#include "http/message.hpp"

namespace web {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
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

json::object to_json(const syncing::ConnectorStatus& connector) {
    json::object parked;
    json::array resting;
    for (const auto api : api::all_apis) {
        const auto& state = connector.apis.of(api);
        if (state.is_parked()) parked[to_string(api)] = *state.parked;
        if (state.is_resting) resting.emplace_back(to_string(api));
    }
    return {{"redis_up", connector.redis_up},
            {"in_flight", connector.in_flight},
            {"parked", parked},
            {"resting", resting},
            {"mapping_problem", connector.mapping_problem}};
}

bool is_healthy(const syncing::ConnectorStatus& connector) {
    return connector.redis_up && connector.apis.are_all_well() && connector.mapping_problem.empty();
}

http::Response health(const std::vector<syncing::ConnectorStatus>& connectors) {
    json::object details;
    bool all_well = true;
    for (const auto& connector : connectors) {
        details[connector.name] = to_json(connector);
        all_well = all_well && is_healthy(connector);
    }
    const json::object body{{"healthy", all_well}, {"connectors", details}};
    return make_response(all_well ? status::ok : status::service_unavailable, "application/json",
                         json::serialize(body) + "\n");
}

}  // namespace

Server::Server(asio::any_io_executor executor, const config::Admin& settings, StatusSource status)
    : token_(settings.token),
      status_(std::move(status)),
      server_(
          std::move(executor), http::ServerOptions{.address = settings.listen},
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
