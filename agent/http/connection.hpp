// One connection of the HTTP client, plain or TLS.
#pragma once

#include <chrono>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "http/message.hpp"
#include "http/url.hpp"

namespace http {

class Connection {
public:
    using PlainStream = boost::beast::tcp_stream;
    using TlsStream = boost::beast::ssl_stream<PlainStream>;

    Connection(boost::asio::any_io_executor executor, const Url& url, boost::asio::ssl::context& tls);

    using Deadline = std::chrono::steady_clock::time_point;

    // Resolves, connects and shakes hands before `deadline`.
    boost::asio::awaitable<boost::system::error_code> open(Url url, Deadline deadline);

    // Writes the request and reads the response before `deadline`.
    boost::asio::awaitable<Result<Response>> exchange(Request& request, Deadline deadline,
                                                      std::size_t max_response_size);

    // Whether any byte of the last response arrived: if not, the server may never have seen the request.
    bool response_started() const noexcept { return response_started_; }

    // A kept connection that was not closed and has nothing left to read.
    bool is_fresh(std::chrono::steady_clock::time_point now, std::chrono::seconds idle_timeout);

    void mark_idle(std::chrono::steady_clock::time_point now) noexcept { idle_since_ = now; }
    bool has_leftover_bytes() const noexcept { return buffer_.size() > 0; }

private:
    PlainStream& tcp();

    std::variant<PlainStream, TlsStream> stream_;
    boost::beast::flat_buffer buffer_;
    std::chrono::steady_clock::time_point idle_since_;
    bool response_started_ = false;
};

}  // namespace http
