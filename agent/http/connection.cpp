#include "http/connection.hpp"

#include <cerrno>

#include <openssl/err.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>

#include "net/deadline.hpp"
#include "net/resolve.hpp"

namespace http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t read_size = 8 * 1024;

error_code last_system_error() {
    return {errno, boost::system::system_category()};
}

// The message as it is sent.
std::string to_bytes(Request& request) {
    std::string bytes;
    beast::http::serializer<true, beast::http::string_body> serializer(request);
    error_code error;
    while (!error && !serializer.is_done()) {
        serializer.next(error, [&](error_code&, const auto& buffers) {
            for (const asio::const_buffer buffer : beast::buffers_range_ref(buffers))
                bytes.append(static_cast<const char*>(buffer.data()), buffer.size());
            serializer.consume(beast::buffer_bytes(buffers));
        });
    }
    return bytes;
}

}  // namespace

// The timer is not set anew for every call: when it fires, it looks at the deadline of the present one.
struct Connection::Line : std::enable_shared_from_this<Line> {
    explicit Line(const asio::any_io_executor& executor) : socket(executor), timer(executor) {}

    void watch(Deadline until) {
        deadline = until;
        if (!is_armed) arm();
    }

    void arm() {
        is_armed = true;
        timer.expires_at(deadline);
        timer.async_wait([line = shared_from_this()](error_code error) {
            line->is_armed = false;
            if (!error) line->on_timer();
        });
    }

    void on_timer() {
        if (deadline == Deadline::max()) return;
        if (std::chrono::steady_clock::now() < deadline) return arm();
        is_late = true;
        error_code ignored;  // a socket that fails to close is closed
        socket.close(ignored);
    }

    tcp::socket socket;
    asio::steady_timer timer;
    Deadline deadline = Deadline::max();
    bool is_armed = false;
    bool is_late = false;
};

Connection::Connection(asio::any_io_executor executor, const Url& url, asio::ssl::context& tls)
    : line_(std::make_shared<Line>(executor)) {
    if (!url.tls) return;
    ssl_.reset(SSL_new(tls.native_handle()));
    if (!ssl_) throw std::bad_alloc();
}

Connection::~Connection() {
    line_->timer.cancel();
}

error_code Connection::prepare_tls(const Url& url) {
    error_code is_name;
    asio::ip::make_address(url.host, is_name);
    SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const bool is_ready = SSL_set_fd(ssl_.get(), line_->socket.native_handle()) == 1 &&
                          SSL_set1_host(ssl_.get(), url.host.c_str()) == 1 &&
                          (!is_name || SSL_set_tlsext_host_name(ssl_.get(), url.host.c_str()) == 1);
    SSL_set_connect_state(ssl_.get());
    if (is_ready) return {};
    return {static_cast<int>(ERR_get_error()), asio::error::get_ssl_category()};
}

// `result` is what OpenSSL gave back, `bytes` how many it moved.
Connection::Step Connection::tls_step(int result, std::size_t bytes) {
    if (result > 0) return {bytes, {}, false};
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return {0, asio::error::would_block, false};
        case SSL_ERROR_WANT_WRITE:
            return {0, asio::error::would_block, true};
        case SSL_ERROR_ZERO_RETURN:
            return {0, asio::error::eof, false};
        case SSL_ERROR_SYSCALL:
            if (errno == 0) return {0, asio::error::eof, false};
            return {0, last_system_error(), false};
        default:
            return {0, {static_cast<int>(ERR_get_error()), asio::error::get_ssl_category()}, false};
    }
}

Connection::Step Connection::shake_hands() {
    ERR_clear_error();
    errno = 0;
    return tls_step(SSL_do_handshake(ssl_.get()), 0);
}

Connection::Step Connection::write_some(const char* data, std::size_t size) {
    std::size_t written = 0;
    if (!ssl_) {
        error_code error;
        written = line_->socket.write_some(asio::buffer(data, size), error);
        return {written, error, true};
    }
    ERR_clear_error();
    errno = 0;
    const int result = SSL_write_ex(ssl_.get(), data, size, &written);
    return tls_step(result, written);
}

Connection::Step Connection::read_some(char* data, std::size_t size) {
    std::size_t read = 0;
    if (!ssl_) {
        error_code error;
        read = line_->socket.read_some(asio::buffer(data, size), error);
        return {read, error, false};
    }
    ERR_clear_error();
    errno = 0;
    const int result = SSL_read_ex(ssl_.get(), data, size, &read);
    return tls_step(result, read);
}

asio::awaitable<error_code> Connection::wait_for(bool write) {
    const auto what = write ? tcp::socket::wait_write : tcp::socket::wait_read;
    const auto [error] = co_await line_->socket.async_wait(what, net::as_result);
    if (line_->is_late) co_return beast::error::timeout;
    co_return error;
}

asio::awaitable<error_code> Connection::open(Url url, Deadline deadline) {
    const auto resolved = co_await net::resolve(url.host, url.port, deadline);
    if (!resolved) co_return resolved.error();
    line_->watch(deadline);
    const auto [connect_error, endpoint] =
        co_await asio::async_connect(line_->socket, *resolved, net::as_result);
    if (line_->is_late) co_return beast::error::timeout;
    if (connect_error) co_return connect_error;
    line_->socket.set_option(tcp::no_delay(true));
    line_->socket.non_blocking(true);
    if (!ssl_) co_return error_code{};
    if (const auto error = prepare_tls(url)) co_return error;
    for (auto step = shake_hands(); step.error; step = shake_hands()) {
        if (step.error != asio::error::would_block) co_return step.error;
        const error_code error = co_await wait_for(step.waits_for_write);
        if (error) co_return error;
    }
    co_return error_code{};
}

asio::awaitable<error_code> Connection::write_all() {
    for (std::size_t sent = 0; sent < unsent_.size();) {
        const auto step = write_some(unsent_.data() + sent, unsent_.size() - sent);
        sent += step.bytes;
        if (!step.error) continue;
        if (step.error != asio::error::would_block) co_return step.error;
        const error_code error = co_await wait_for(step.waits_for_write);
        if (error) co_return error;
    }
    co_return error_code{};
}

// At least one more byte in the buffer.
asio::awaitable<error_code> Connection::read_more() {
    while (true) {
        const auto room = buffer_.prepare(read_size);
        const auto step = read_some(static_cast<char*>(room.data()), room.size());
        buffer_.commit(step.bytes);
        if (!step.error) co_return error_code{};
        if (step.error != asio::error::would_block) co_return step.error;
        const error_code error = co_await wait_for(step.waits_for_write);
        if (error) co_return error;
    }
}

asio::awaitable<Result<Response>> Connection::read_response(std::size_t max_size) {
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(max_size);
    parser.eager(true);
    error_code error;
    while (!parser.is_done()) {
        if (buffer_.size() > 0) buffer_.consume(parser.put(buffer_.data(), error));
        const bool needs_more = error == beast::http::error::need_more || (!error && !parser.is_done());
        if (!needs_more && error) co_return error;
        if (!needs_more) break;
        error = co_await read_more();
        if (error == asio::error::eof && parser.got_some()) parser.put_eof(error);
        if (error) co_return error;
        response_started_ = true;
    }
    co_return parser.release();
}

asio::awaitable<Result<Response>> Connection::exchange(Request& request, Deadline deadline,
                                                       std::size_t max_response_size) {
    response_started_ = false;
    if (std::chrono::steady_clock::now() >= deadline) co_return beast::error::timeout;
    line_->watch(deadline);
    unsent_ = to_bytes(request);
    const error_code error = co_await write_all();
    if (error) co_return error;
    auto response = co_await read_response(max_response_size);
    while (response && response->result_int() / 100 == 1)  // interim
        response = co_await read_response(max_response_size);
    line_->watch(Deadline::max());
    co_return response;
}

bool Connection::is_quiet() {
    char byte = 0;
    error_code error;
    line_->socket.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, error);
    return error == asio::error::would_block;
}

}  // namespace http
