#include "sandbox/one_shot.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/url.hpp>

namespace sandbox {
namespace {

namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

auto catching(error_code& error) {
    return asio::redirect_error(asio::use_awaitable, error);
}

OneShotResult failed(const char* step, const error_code& error) {
    return {{}, std::string(step) + ": " + error.message()};
}

template <class Stream>
asio::awaitable<OneShotResult> exchange(Stream& stream, http::Server::Request& request,
                                        OneShotLimits limits) {
    error_code error;
    beast::get_lowest_layer(stream).expires_after(limits.read);
    co_await beast::http::async_write(stream, request, catching(error));
    if (error) co_return failed("write", error);
    beast::flat_buffer buffer;
    OneShotResult result;
    co_await beast::http::async_read(stream, buffer, result.response, catching(error));
    if (error) co_return failed("read", error);
    co_return result;
}

asio::awaitable<error_code> shake_hands(asio::ssl::stream<beast::tcp_stream>& stream, std::string host) {
    error_code error;
    if (!SSL_set_tlsext_host_name(stream.native_handle(), host.c_str()))
        co_return error_code(asio::error::invalid_argument);
    stream.set_verify_mode(asio::ssl::verify_peer);
    stream.set_verify_callback(asio::ssl::host_name_verification(host));
    co_await stream.async_handshake(asio::ssl::stream_base::client, catching(error));
    co_return error;
}

asio::awaitable<OneShotResult> exchange_over_tls(beast::tcp_stream connected, std::string host,
                                                 http::Server::Request& request, asio::ssl::context& tls,
                                                 OneShotLimits limits) {
    asio::ssl::stream<beast::tcp_stream> stream(std::move(connected), tls);
    const error_code refused = co_await shake_hands(stream, std::move(host));
    if (refused) co_return failed("TLS handshake", refused);
    co_return co_await exchange(stream, request, limits);
}

}  // namespace

asio::awaitable<OneShotResult> send_once(std::string url_text, http::Server::Request request,
                                         asio::ssl::context& tls, OneShotLimits limits) {
    const auto url = boost::urls::parse_uri(url_text);
    if (!url) co_return failed("URL", url.error());
    const bool secure = url->scheme() == "https";
    const std::string host = url->host_address();
    const std::string port = url->has_port() ? std::string(url->port()) : secure ? "443" : "80";
    const auto executor = co_await asio::this_coro::executor;

    error_code error;
    tcp::resolver resolver(executor);
    const auto addresses = co_await resolver.async_resolve(host, port, catching(error));
    if (error) co_return failed("look-up", error);
    beast::tcp_stream stream(executor);
    stream.expires_after(limits.connect);
    co_await stream.async_connect(addresses, catching(error));
    if (error) co_return failed("connect", error);

    request.target(url->encoded_target().empty() ? "/" : std::string(url->encoded_target()));
    request.set(beast::http::field::host, std::string(url->encoded_host_and_port()));
    request.keep_alive(false);
    request.prepare_payload();
    if (secure) co_return co_await exchange_over_tls(std::move(stream), host, request, tls, limits);
    co_return co_await exchange(stream, request, limits);
}

}  // namespace sandbox
