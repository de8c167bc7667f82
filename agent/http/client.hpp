// A small HTTP/1.1 client for one API: keep-alive connections, TLS with verification, a deadline on every
// step.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "http/guard.hpp"
#include "http/message.hpp"
#include "http/url.hpp"
#include "net/tls.hpp"

namespace http {

struct ClientOptions {
    std::string ca_file;                   // PEM; empty: the system's authorities
    std::chrono::seconds timeout{10};      // for a whole call: name, TCP, TLS, request, response, repetition
    std::chrono::seconds idle_timeout{4};  // an idle connection older than this is not used again
    std::size_t max_idle = 256;            // connections kept: more than there are calls at once
    std::size_t max_response_size = 8 << 20;  // bytes of a response's body
};

class Connection;

class Client {
public:
    // Throws std::invalid_argument when ca_file cannot be used.
    Client(boost::asio::any_io_executor executor, Url url, ClientOptions options = {});
    ~Client();

    // Sends one request; its target is relative to the URL's base path. An idempotent one (by its verb, or
    // because `repeatable` says so) is repeated once on a fresh connection when a kept one turns out to be
    // dead. Errors: of the resolver, the socket, TLS (verification included), HTTP; beast::error::timeout;
    // Trouble::unasked; asio::error::operation_aborted when the guard withheld it.
    // `head_suffices`: a 2xx whose body breaks off or never ends is an answer all the same, without that
    // body.
    boost::asio::awaitable<Result<Response>> send(Request request, Guard guard, bool repeatable,
                                                  bool head_suffices = false);

    const Url& url() const noexcept { return url_; }

private:
    using ConnectionPtr = std::unique_ptr<Connection>;
    using Deadline = std::chrono::steady_clock::time_point;
    ConnectionPtr take_idle();
    void keep(ConnectionPtr connection);
    boost::asio::awaitable<Result<ConnectionPtr>> connect(Deadline deadline);
    boost::asio::awaitable<Result<Response>> send_fresh(Request& request, const Guard& guard,
                                                        Deadline deadline, bool head_suffices);
    Result<Response> finish(ConnectionPtr connection, Result<Response> response);

    boost::asio::any_io_executor executor_;
    Url url_;
    ClientOptions options_;
    net::SharedTlsContext tls_;
    std::deque<ConnectionPtr> idle_;
};

}  // namespace http
