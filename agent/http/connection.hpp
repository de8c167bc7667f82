// One connection of the HTTP client, plain or TLS.
//
// OpenSSL works on the non-blocking socket itself: no layer of buffers between them, and a call costs one
// write, one wait and one read.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <openssl/ssl.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "http/message.hpp"
#include "http/url.hpp"

namespace http {

class Connection {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    Connection(boost::asio::any_io_executor executor, const Url& url, boost::asio::ssl::context& tls);
    ~Connection();

    // Resolves, connects and shakes hands before `deadline`.
    boost::asio::awaitable<boost::system::error_code> open(Url url, Deadline deadline);

    // Writes the request and reads the response before `deadline`; beast::error::timeout when it is late.
    boost::asio::awaitable<Result<Response>> exchange(Request& request, Deadline deadline,
                                                      std::size_t max_response_size);

    // Whether any byte of the last response arrived: if not, the server may never have seen the request.
    bool response_started() const noexcept { return response_started_; }

    // Whether a kept connection was left alone for no longer than `idle_timeout`.
    bool is_fresh(std::chrono::steady_clock::time_point now, std::chrono::seconds idle_timeout) const {
        return now - idle_since_ <= idle_timeout;
    }
    // Whether the peer has neither closed it nor said something unasked for.
    bool is_quiet();

    void mark_idle(std::chrono::steady_clock::time_point now) noexcept { idle_since_ = now; }
    bool has_leftover_bytes() const noexcept { return buffer_.size() > 0; }

private:
    // The socket and its deadline, which may outlive the connection for a moment.
    struct Line;
    // What an operation on the socket came to.
    struct Step {
        std::size_t bytes = 0;
        boost::system::error_code error;  // would_block: again when `wait` says so
        bool waits_for_write = false;
    };
    struct FreeSsl {
        void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
    };

    Step shake_hands();
    Step write_some(const char* data, std::size_t size);
    Step read_some(char* data, std::size_t size);
    Step tls_step(int result, std::size_t bytes);
    boost::asio::awaitable<boost::system::error_code> wait_for(bool write);
    boost::asio::awaitable<boost::system::error_code> write_all();
    boost::asio::awaitable<boost::system::error_code> read_more();
    boost::asio::awaitable<Result<Response>> read_response(std::size_t max_size);
    boost::system::error_code prepare_tls(const Url& url);

    std::shared_ptr<Line> line_;
    std::unique_ptr<SSL, FreeSsl> ssl_;  // null: plain
    std::string unsent_;
    boost::beast::flat_buffer buffer_;
    std::chrono::steady_clock::time_point idle_since_;
    bool response_started_ = false;
};

}  // namespace http
