// The agent's own small HTTP API: GET /health and GET /metrics.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "config/configuration.hpp"
#include "http/server.hpp"
#include "sync/connector_status.hpp"

namespace web {

using StatusSource = std::function<std::vector<syncing::ConnectorStatus>()>;

class Server {
public:
    // Throws std::runtime_error when the address cannot be had.
    Server(boost::asio::any_io_executor executor, const config::Admin& settings, StatusSource status);

    boost::asio::awaitable<void> stop();

private:
    http::Server::Response answer(const http::Server::Request& request) const;
    bool is_allowed(const http::Server::Request& request) const;

    std::string token_;
    StatusSource status_;
    http::Server server_;
};

}  // namespace web
