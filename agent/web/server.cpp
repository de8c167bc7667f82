#include "web/server.hpp"

#include <utility>

#include <boost/json/serialize.hpp>

#include "scheduling/desk.hpp"
#include "web/bearer.hpp"
#include "web/book_pages.hpp"
#include "web/health.hpp"
#include "web/metrics.hpp"
#include "web/operator_page.hpp"
#include "web/operator_refusal.hpp"
#include "web/scheduling_answer.hpp"

namespace web {
namespace {

namespace asio = boost::asio;
using boost::beast::http::status;
using http::Field;
using http::Verb;

constexpr std::string_view peer_field = "X-Peer-Address";
constexpr std::string_view operators_root = "/api/v1/";
// Whoever kills what is not alive must not kill what is only busy.
constexpr std::chrono::seconds longest_turn{10};

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

http::Response unauthorized() {
    auto response = make_response(status::unauthorized, "text/plain", std::string(how_to_bear) + "\n");
    response.set(Field::www_authenticate, "Bearer");
    return response;
}

http::Response alive_answer(std::chrono::milliseconds turned_ago) {
    const bool is_alive = turned_ago < longest_turn;
    const auto ms = std::max<std::int64_t>(turned_ago.count(), 0);
    const boost::json::object object{{"alive", is_alive}, {"turned_ms_ago", ms}};
    return json_answer(is_alive ? 200 : 503, boost::json::serialize(object));
}

http::Response ready_answer(const operating::Readiness& readiness) {
    return json_answer(readiness.is_ready ? 200 : 503, boost::json::serialize(readiness.json));
}

// What stands after "?".
std::string query_of(const http::Request& request) {
    const std::string target(request.target());
    const auto mark = target.find('?');
    return mark == target.npos ? std::string() : target.substr(mark + 1);
}

std::string path_of(const http::Request& request) {
    const std::string target(request.target());
    return target.substr(0, target.find('?'));
}

Sites sites_of(Desks desks) {
    return [desks = std::move(desks)] {
        std::vector<const scheduling::Site*> sites;
        for (const auto* desk : desks()) sites.push_back(&desk->site());
        return sites;
    };
}

}  // namespace

// Whoever can reach the port costs little before the token is looked at: some kilobytes for ten seconds.
// Visitors come by the hundred, all by way of nginx.
http::ServerOptions Server::options() {
    const auto& listen = guard_.settings().listen;
    http::ServerOptions options{.address = {asio::ip::make_address(listen.ip), listen.port},
                                .connections = {.in_all = 128, .of_a_peer = 96},
                                .max_header_size = 8 * 1024,
                                .max_body_size = 64 * 1024,
                                .read_timeout = std::chrono::seconds(10),
                                .peer_field = peer_field};
    if (has_desks_) options.connections = {.in_all = 512, .of_a_peer = 448};
    if (!operations_) return options;
    options.refuse = [this](const http::Request& head, unsigned code) { return refuse(head, code); };
    options.streaming = {[](const http::Request& request) { return path_of(request) == live_path; },
                         [this](http::Request request, http::Stream& stream) {
                             return live_->answer(std::move(request), stream, owner());
                         }};
    return options;
}

http::Router Server::make_router(StatusSource source, LoginCallback login, const Desks& desks) {
    http::Router router(
        {"Nothing is here: the operators' page is at /, for machines there are /healthz, "
         "/readyz, /health, /metrics and /api/v1/openapi.json\n",
         "GET only\n"});
    router.add(Verb::get, "/health", [source](http::RoutedRequest) -> asio::awaitable<http::Response> {
        co_return to_response(health_of(source()));
    });
    router.add(Verb::get, "/metrics", [this, source](http::RoutedRequest) -> asio::awaitable<http::Response> {
        co_return make_response(status::ok, "text/plain; version=0.0.4",
                                metrics_text(source(), server_.counts()));
    });
    if (operations_) add_operators_routes(router);
    if (login)
        router.add(Verb::get, login_path,
                   [login](http::RoutedRequest routed) -> asio::awaitable<http::Response> {
                       auto state = routed.parameter("state").value_or("");
                       const auto handover = co_await login(std::move(state), query_of(routed.request));
                       co_return login_page(handover);
                   });
    if (desks) add_book_pages(router, sites_of(desks));
    return router;
}

void Server::add_operators_routes(http::Router& router) {
    router.add(Verb::get, "/healthz", [this](http::RoutedRequest) -> asio::awaitable<http::Response> {
        co_return alive_answer(operations_->turned_ago());
    });
    router.add(Verb::get, "/readyz", [this](http::RoutedRequest) -> asio::awaitable<http::Response> {
        co_return ready_answer(operations_->readiness());
    });
    add_operator_page(router);
}

Server::Server(asio::any_io_executor executor, const config::Admin& settings, StatusSource source,
               LoginCallback login, Desks desks, std::optional<Operations> operations)
    : guard_(settings),
      has_login_(static_cast<bool>(login)),
      has_desks_(static_cast<bool>(desks)),
      operations_(std::move(operations)),
      router_(make_router(std::move(source), std::move(login), desks)),
      server_(executor, options(),
              [this](http::Request request) -> asio::awaitable<std::optional<http::Response>> {
                  auto response = co_await answer(std::move(request));
                  co_return response;
              }) {
    if (operations_) {
        live_.emplace(executor, *operations_, guard_);
        operators_.emplace(*operations_, guard_, peer_field);
    }
    if (has_desks_) scheduling_.emplace(std::move(desks), settings.token, peer_field);
    server_.start();
}

bool Server::is_allowed(const http::Request& request) const {
    const auto& token = guard_.settings().token;
    return token.empty() || bears(request, token);
}

bool Server::is_for_everybody(const http::Request& request) const {
    const auto target = request.target();
    if (has_desks_ && target.starts_with("/book/")) return true;
    return has_login_ && path_of(request) == login_path;
}

// The page has nothing to tell before somebody signs in; who watches whether we live has no token.
bool Server::is_open(const http::Request& request) const {
    if (!operations_) return false;
    const auto path = path_of(request);
    return path == "/" || path == "/healthz" || path == "/readyz" || path.starts_with("/operator/");
}

// Without the token nobody learns what there is.
asio::awaitable<http::Response> Server::answer(http::Request request) {
    const auto kept = owner();
    if (scheduling_ && request.target().starts_with("/v1/scheduling/")) {
        auto told = co_await scheduling_->answer(std::move(request));
        co_return told;
    }
    if (!is_for_everybody(request)) {
        std::optional<http::Response> refusal;
        try {
            guard_.check_host(request);
        } catch (const OperatorRefusal& error) {
            refusal = error.answer();
        }
        if (refusal) co_return std::move(*refusal);
        if (operators_ && path_of(request).starts_with(operators_root)) {
            auto told = co_await operators_->answer(std::move(request));
            co_return told;
        }
        if (!is_open(request) && !is_allowed(request)) co_return unauthorized();
    }
    auto response = co_await router_.answer(std::move(request));
    co_return response;
}

// Of the operators' API also what is too long to be read is refused in JSON, in its turn.
std::optional<http::Response> Server::refuse(const http::Request& head, unsigned code) {
    if (!path_of(head).starts_with(operators_root)) return std::nullopt;
    try {
        guard_.check_host(head);
        if (path_of(head) != session_path) guard_.check_caller(head);
        if (code == 413) throw OperatorRefusal::too_large();
    } catch (const OperatorRefusal& error) {
        return error.answer();
    }
    return std::nullopt;
}

asio::awaitable<void> Server::stop() {
    if (live_) live_->stop();
    co_await server_.stop(std::chrono::seconds(1));
}

}  // namespace web
