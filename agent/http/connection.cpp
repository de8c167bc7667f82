#include "http/connection.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "http/deadline.hpp"
#include "http/resolve.hpp"

namespace http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

asio::awaitable<error_code> shake_hands(Connection::PlainStream&, const Url&) {
    co_return error_code{};
}

asio::awaitable<error_code> shake_hands(Connection::TlsStream& stream, const Url& url) {
    if (!SSL_set_tlsext_host_name(stream.native_handle(), url.host.c_str()))
        co_return error_code(static_cast<int>(ERR_get_error()), asio::error::get_ssl_category());
    stream.set_verify_callback(asio::ssl::host_name_verification(url.host));
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, as_result);
    co_return error;
}

template <typename Stream>
asio::awaitable<Result<Response>> exchange_on(Stream& stream, beast::flat_buffer& buffer, Request& request,
                                              std::size_t max_response_size, bool& response_started) {
    const auto [write_error, written] = co_await beast::http::async_write(stream, request, as_result);
    if (write_error) co_return write_error;
    while (true) {
        beast::http::response_parser<beast::http::string_body> parser;
        parser.body_limit(max_response_size);
        const auto [read_error, bytes_read] =
            co_await beast::http::async_read(stream, buffer, parser, as_result);
        response_started |= bytes_read > 0;
        if (read_error) co_return read_error;
        const bool is_interim = parser.get().result_int() / 100 == 1;
        if (!is_interim) co_return parser.release();
    }
}

std::variant<Connection::PlainStream, Connection::TlsStream> make_stream(asio::any_io_executor executor,
                                                                         bool tls,
                                                                         asio::ssl::context& context) {
    if (tls) return Connection::TlsStream(executor, context);
    return Connection::PlainStream(executor);
}

}  // namespace

Connection::Connection(asio::any_io_executor executor, const Url& url, asio::ssl::context& tls)
    : stream_(make_stream(std::move(executor), url.tls, tls)) {}

Connection::PlainStream& Connection::tcp() {
    if (auto* plain = std::get_if<PlainStream>(&stream_)) return *plain;
    return std::get<TlsStream>(stream_).next_layer();
}

asio::awaitable<error_code> Connection::open(Url url, Deadline deadline) {
    const auto resolved = co_await resolve(url.host, url.port, deadline);
    if (!resolved) co_return resolved.error();
    tcp().expires_at(deadline);
    const auto [connect_error, endpoint] = co_await tcp().async_connect(*resolved, as_result);
    if (connect_error) co_return connect_error;
    tcp().socket().set_option(asio::ip::tcp::no_delay(true));
    auto handshake = std::visit([&](auto& stream) { return shake_hands(stream, url); }, stream_);
    const error_code error = co_await std::move(handshake);
    co_return error;
}

asio::awaitable<Result<Response>> Connection::exchange(Request& request, Deadline deadline,
                                                       std::size_t max_response_size) {
    response_started_ = false;
    tcp().expires_at(deadline);
    auto exchange = std::visit(
        [&](auto& stream) {
            return exchange_on(stream, buffer_, request, max_response_size, response_started_);
        },
        stream_);
    auto response = co_await std::move(exchange);
    tcp().expires_never();
    co_return response;
}

bool Connection::is_fresh(std::chrono::steady_clock::time_point now, std::chrono::seconds idle_timeout) {
    if (now - idle_since_ > idle_timeout) return false;
    char byte = 0;
    error_code error;
    auto& socket = tcp().socket();
    socket.non_blocking(true, error);
    if (error) return false;
    socket.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, error);
    return error == asio::error::would_block;  // neither closed nor something unasked for to read
}

}  // namespace http
