// A small HTTP/1.1 server on Asio coroutines: keep-alive, plain or TLS. No threads of its own: everything
// runs on the given executor, which must be single-threaded (or a strand).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/admission.hpp"
#include "http/message.hpp"
#include "http/server_counts.hpp"
#include "http/stream.hpp"

struct ssl_ctx_st;  // SSL_CTX

namespace http {

struct ServerOptions {
    boost::asio::ip::tcp::endpoint address;     // port 0: a free one
    ssl_ctx_st* tls = nullptr;                  // plain when null; must outlive the server
    ConnectionLimits connections{};             // at once; who would be one too many takes another's place
    std::size_t max_header_size = 16 * 1024;    // bytes, with all else that is no body; more: 431
    std::uint64_t max_body_size = 1024 * 1024;  // bytes; larger ones are answered 413
    std::chrono::milliseconds read_timeout{30'000};  // until a request is whole, its wait included
    // A field in which the handler finds the peer's address, whatever the peer wrote there; "": none.
    std::string_view peer_field{};
    // What is answered to a request that cannot be read to its end (400, 413, 431); `head`: what could be.
    // Nothing: plain text.
    std::function<std::optional<Response>(const Request& head, unsigned status)> refuse{};
    Streaming streaming{};
};

struct ServerState;

class Server {
public:
    using Request = http::Request;
    using Response = http::Response;
    // Nothing: the connection is closed without an answer. What it throws is logged and answered 500. HEAD is
    // answered as GET is; the body stays here.
    using Handler = std::function<boost::asio::awaitable<std::optional<Response>>(Request)>;

    // Listens at once; throws std::runtime_error that names the address when it cannot be had.
    Server(boost::asio::any_io_executor executor, ServerOptions options, Handler handler);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    boost::asio::ip::tcp::endpoint local_endpoint() const;
    const ServerCounts& counts() const noexcept;

    // Accepts connections until stop() or the end of the server. No exception and no lack of descriptors ends
    // that: it is logged, counted, and accepting goes on.
    void start();

    // Accepts no more, closes idle connections, lets requests in progress be answered within `grace`, cuts
    // the rest.
    boost::asio::awaitable<void> stop(std::chrono::milliseconds grace);

private:
    std::shared_ptr<ServerState> state_;
};

// "127.0.0.1:8080", "[::1]:0". Nothing for any other form: names are not looked up.
std::optional<boost::asio::ip::tcp::endpoint> parse_listen_address(std::string_view text);

}  // namespace http
