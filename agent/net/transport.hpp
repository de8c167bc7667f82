// A connection, plain or with TLS: the one way in which the HTTP client, the HTTP server and Redis read and
// write.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

struct ssl_ctx_st;  // SSL_CTX

namespace net {

// For one thread. One coroutine may read while another one writes.
class Transport {
public:
    using Socket = boost::asio::generic::stream_protocol::socket;
    using Endpoint = boost::asio::generic::stream_protocol::endpoint;
    using ErrorCode = boost::system::error_code;
    using Time = std::chrono::steady_clock::time_point;

    explicit Transport(boost::asio::any_io_executor executor);
    explicit Transport(Socket accepted);
    Transport(Transport&&) noexcept;
    Transport& operator=(Transport&&) noexcept;
    ~Transport();

    // When it comes the socket is closed, and what waits fails with asio::error::timed_out. It may be set for
    // every call: the timer behind it is not.
    void set_deadline(Time deadline);
    bool is_late() const noexcept;

    // TCP or a Unix socket; an earlier socket is closed. A Unix socket whose server has too many who wait is
    // tried until the deadline.
    boost::asio::awaitable<ErrorCode> connect(Endpoint endpoint);

    // TLS from here on. The server must show a certificate for `host`, a name or an IP address, that
    // `context` trusts. `context` must outlive the transport.
    boost::asio::awaitable<ErrorCode> shake_hands_with_server(ssl_ctx_st& context, std::string host);
    boost::asio::awaitable<ErrorCode> shake_hands_with_client(ssl_ctx_st& context);
    bool is_tls() const noexcept;
    // OpenSSL's opinion of the other end's certificate after a handshake, also one that failed: X509_V_OK, or
    // X509_V_ERR_...
    long certificate_verdict() const noexcept;

    // At least one byte, or an error; asio::error::eof when the other end said that there is no more. The
    // buffer must live so long. However fast the other end is, all else that is ready gets its turn in
    // between.
    boost::asio::awaitable<std::tuple<ErrorCode, std::size_t>> read_some(boost::asio::mutable_buffer buffer);

    // How many bytes go out without waiting; after fewer than all, the rest is for write_all().
    std::size_t write_now(std::string_view bytes, ErrorCode& error);

    // The bytes must live so long.
    boost::asio::awaitable<ErrorCode> write_all(std::string_view bytes);

    // Whether the other end has said something that is not read yet, or closed the connection. TLS's own
    // messages are nothing.
    bool has_spoken();
    // Whether not even a part of something has come that TLS cannot show yet.
    bool is_quiet();

    // Nothing more will be written; the other end may go on.
    void shutdown();
    // What waits fails.
    void cancel();
    // Likewise, and so does everything later.
    void close();

    boost::asio::any_io_executor get_executor() const;

private:
    struct Line;

    boost::asio::awaitable<ErrorCode> reach(Endpoint endpoint);
    boost::asio::awaitable<ErrorCode> shake_hands();
    boost::asio::awaitable<ErrorCode> wait(bool for_write);
    boost::asio::awaitable<void> give_way();

    std::shared_ptr<Line> line_;
};

}  // namespace net
