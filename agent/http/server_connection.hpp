// One connection of the HTTP server.
#pragma once

#include <optional>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/server.hpp"
#include "net/transport.hpp"

namespace http {

class ServerConnection {
public:
    // All must live as long as serve() runs.
    ServerConnection(net::Transport& transport, const ServerOptions& options, const Server::Handler& handler)
        : transport_(transport), options_(options), handler_(handler) {}

    // Answers requests until one side has had enough, and lets the peer read the last answer.
    boost::asio::awaitable<void> serve();

    // At once when no request is being handled or answered, else after its answer.
    void finish();
    void close() { transport_.close(); }

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    using ErrorCode = boost::system::error_code;

    boost::asio::awaitable<void> serve_requests();
    boost::asio::awaitable<ErrorCode> read_request(Parser& parser);
    boost::asio::awaitable<std::optional<Response>> handle(Request request);
    boost::asio::awaitable<ErrorCode> write(std::string_view bytes);
    boost::asio::awaitable<void> drain();

    net::Transport& transport_;
    const ServerOptions& options_;
    const Server::Handler& handler_;
    boost::beast::flat_buffer buffer_;
    bool is_busy_ = false;  // a request is being handled or answered
    bool is_finishing_ = false;
};

}  // namespace http
