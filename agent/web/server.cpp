#include "web/server.hpp"

#include <utility>

#include "scheduling/desk.hpp"
#include "web/bearer.hpp"
#include "web/book_pages.hpp"
#include "web/health.hpp"
#include "web/host.hpp"
#include "web/metrics.hpp"

namespace web {
namespace {

namespace asio = boost::asio;
using boost::beast::http::status;
using http::Field;
using http::Verb;

constexpr std::string_view peer_field = "X-Peer-Address";

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
    auto response = make_response(status::unauthorized, "text/plain", "Unauthorized\n");
    response.set(Field::www_authenticate, "Bearer");
    return response;
}

using ServerCounts = std::function<http::ServerCounts()>;

// What stands after "?".
std::string query_of(const http::Request& request) {
    const std::string target(request.target());
    const auto mark = target.find('?');
    return mark == target.npos ? std::string() : target.substr(mark + 1);
}

Sites sites_of(Desks desks) {
    return [desks = std::move(desks)] {
        std::vector<const scheduling::Site*> sites;
        for (const auto* desk : desks()) sites.push_back(&desk->site());
        return sites;
    };
}

http::Router make_router(StatusSource source, ServerCounts counts, LoginCallback login, const Desks& desks) {
    http::Router router({"GET /health or GET /metrics\n", "GET only\n"});
    router.add(Verb::get, "/health", [source](http::RoutedRequest) -> asio::awaitable<http::Response> {
        co_return to_response(health_of(source()));
    });
    router.add(Verb::get, "/metrics",
               [source, counts](http::RoutedRequest) -> asio::awaitable<http::Response> {
                   co_return make_response(status::ok, "text/plain; version=0.0.4",
                                           metrics_text(source(), counts()));
               });
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

// Whoever can reach the port costs little before the token is looked at: a kilobyte or eight for ten seconds.
// Visitors come by the hundred, all by way of nginx, and write more.
http::ServerOptions options_for(const config::ListenAddress& listen, bool has_desks) {
    http::ServerOptions options{.address = {asio::ip::make_address(listen.ip), listen.port},
                                .connections = {.in_all = 64, .of_a_peer = 32},
                                .max_header_size = 8 * 1024,
                                .max_body_size = 1024,
                                .read_timeout = std::chrono::seconds(10)};
    if (!has_desks) return options;
    options.connections = {.in_all = 512, .of_a_peer = 448};
    options.max_body_size = 64 * 1024;
    options.peer_field = peer_field;
    return options;
}

}  // namespace

Server::Server(asio::any_io_executor executor, const config::Admin& settings, StatusSource status,
               LoginCallback login, Desks desks)
    : token_(settings.token),
      listen_(settings.listen),
      has_login_(static_cast<bool>(login)),
      has_desks_(static_cast<bool>(desks)),
      router_(make_router(
          std::move(status), [this] { return server_.counts(); }, std::move(login), desks)),
      server_(std::move(executor), options_for(settings.listen, has_desks_),
              [this](http::Request request) -> asio::awaitable<std::optional<http::Response>> {
                  auto response = co_await answer(std::move(request));
                  co_return response;
              }) {
    if (has_desks_) scheduling_.emplace(std::move(desks), token_, peer_field);
    server_.start();
}

bool Server::is_allowed(const http::Request& request) const {
    return token_.empty() || bears(request, token_);
}

// Whoever knows the token may call us as they like. No browser leaves the field out.
bool Server::is_asked_by_its_name(const http::Request& request) const {
    const auto host = request.find(Field::host);
    if (!token_.empty() || host == request.end()) return true;
    return is_own_host({host->value().data(), host->value().size()}, listen_);
}

bool Server::is_for_everybody(const http::Request& request) const {
    const auto target = request.target();
    if (has_desks_ && target.starts_with("/book/")) return true;
    return has_login_ && target.substr(0, target.find('?')) == login_path;
}

// Without the token nobody learns what there is.
asio::awaitable<http::Response> Server::answer(http::Request request) const {
    if (scheduling_ && request.target().starts_with("/v1/scheduling/")) {
        auto told = co_await scheduling_->answer(std::move(request));
        co_return told;
    }
    if (is_for_everybody(request)) {
        auto page = co_await router_.answer(std::move(request));
        co_return page;
    }
    if (!is_allowed(request)) co_return unauthorized();
    if (!is_asked_by_its_name(request))
        co_return make_response(status::misdirected_request, "text/plain",
                                "Ask by the address of admin.listen, or set admin.token\n");
    auto response = co_await router_.answer(std::move(request));
    co_return response;
}

asio::awaitable<void> Server::stop() {
    return server_.stop(std::chrono::seconds(1));
}

}  // namespace web
