// The agent's own small HTTP API: GET /health and GET /metrics, where Calendly's login sends the browser, and
// where visitors book.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "config/admin.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "sync/connector_status.hpp"
#include "web/login_page.hpp"
#include "web/scheduling_api.hpp"

namespace web {

using StatusSource = std::function<std::vector<syncing::ConnectorStatus>()>;

class Server {
public:
    // Listens at once. Throws std::runtime_error when the address cannot be had.
    // Without `login` there is no page for logins, without `desks` nothing to book.
    Server(boost::asio::any_io_executor executor, const config::Admin& settings, StatusSource status,
           LoginCallback login = {}, Desks desks = {});

    // The page for logins and what visitors book by are for everybody, by any name: nginx brings strangers
    // there. What they bring is worth something only to a login that waits for it; whoever books needs what
    // web/scheduling_api.hpp says. Of all else: 401 without the token, if one is asked
    // for; where none is, 421 under a foreign name (see web/host.hpp); 404 to another path; 405 to all but
    // GET and HEAD.
    boost::asio::awaitable<http::Response> answer(http::Request request) const;

    boost::asio::awaitable<void> stop();

private:
    bool is_allowed(const http::Request& request) const;
    bool is_asked_by_its_name(const http::Request& request) const;
    bool is_for_everybody(const http::Request& request) const;

    std::string token_;
    config::ListenAddress listen_;
    bool has_login_;
    bool has_desks_;
    http::Router router_;
    std::optional<SchedulingApi> scheduling_;
    http::Server server_;
};

}  // namespace web
