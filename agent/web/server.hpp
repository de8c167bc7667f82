// The agent's own small HTTP API: health and metrics, the operators' page and API, where Calendly's login
// sends the browser, and where visitors book.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "config/admin.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "sync/connector_status.hpp"
#include "web/live_feed.hpp"
#include "web/login_page.hpp"
#include "web/operator_api.hpp"
#include "web/operator_guard.hpp"
#include "web/scheduling_api.hpp"

namespace web {

using StatusSource = std::function<std::vector<syncing::ConnectorStatus>()>;

// Held by a shared_ptr it lives as long as somebody is being answered.
class Server : public std::enable_shared_from_this<Server> {
public:
    // Listens at once. Throws std::runtime_error when the address cannot be had.
    // Without `login` there is no page for logins, without `desks` nothing to book, without `operations`
    // nothing for operators but /health and /metrics.
    Server(boost::asio::any_io_executor executor, const config::Admin& settings, StatusSource status,
           LoginCallback login = {}, Desks desks = {}, std::optional<Operations> operations = {});

    // The page for logins and what visitors book by are for everybody, by any name: nginx brings strangers
    // there. What they bring is worth something only to a login that waits for it; whoever books needs what
    // web/scheduling_api.hpp says. All else is asked under a name of ours (web/host.hpp), else 421. The
    // operators' page, /healthz and /readyz need no token; /api/v1 what openapi/operator.json says; of
    // everything else it is 401 without the token, if one is configured; 404 to another path; 405 to all but
    // GET and HEAD.
    boost::asio::awaitable<http::Response> answer(http::Request request);

    boost::asio::awaitable<void> stop();

private:
    http::ServerOptions options();
    std::shared_ptr<const void> owner() { return weak_from_this().lock(); }
    http::Router make_router(StatusSource status, LoginCallback login, const Desks& desks);
    void add_operators_routes(http::Router& router);
    bool is_allowed(const http::Request& request) const;
    bool is_for_everybody(const http::Request& request) const;
    bool is_open(const http::Request& request) const;
    std::optional<http::Response> refuse(const http::Request& head, unsigned status);

    OperatorGuard guard_;
    bool has_login_;
    bool has_desks_;
    std::optional<Operations> operations_;
    std::optional<LiveFeed> live_;
    std::optional<OperatorApi> operators_;
    std::optional<SchedulingApi> scheduling_;
    http::Router router_;
    http::Server server_;
};

}  // namespace web
