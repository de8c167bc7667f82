#include "http/server.hpp"

#include <array>
#include <charconv>
#include <list>
#include <sstream>
#include <stdexcept>
#include <string>

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using Parser = beast::http::request_parser<beast::http::string_body>;
using TlsStream = asio::ssl::stream<beast::tcp_stream>;

constexpr std::uint32_t max_header_size = 16 * 1024;
constexpr std::chrono::seconds write_timeout{30};
constexpr std::chrono::milliseconds pause_without_descriptors{100};

struct Connection {
    tcp::socket* socket = nullptr;
    bool busy = false;  // a request is being handled or answered
};

auto catching(error_code& error) {
    return asio::redirect_error(asio::use_awaitable, error);
}

tcp::acceptor listen(const asio::any_io_executor& executor, const tcp::endpoint& address) {
    try {
        return tcp::acceptor(executor, address);
    } catch (const boost::system::system_error& error) {
        std::ostringstream message;
        message << "cannot listen on " << address << ": " << error.code().message();
        throw std::runtime_error(message.str());
    }
}

Server::Response refusal(beast::http::status status, unsigned version) {
    Server::Response response(status, version);
    response.set(beast::http::field::content_type, "text/plain");
    response.body() = std::string(beast::http::obsolete_reason(status)) + "\n";
    response.keep_alive(false);
    return response;
}

// Which answer unreadable bytes deserve; none when the peer is gone or too slow.
std::optional<Server::Response> refusal_of(const error_code& error, unsigned version) {
    using beast::http::status;
    if (error == beast::http::error::body_limit) return refusal(status::payload_too_large, version);
    if (error == beast::http::error::header_limit)
        return refusal(status::request_header_fields_too_large, version);
    if (error == beast::http::error::end_of_stream || error == beast::http::error::partial_message) return {};
    if (error.category() == make_error_code(beast::http::error::bad_method).category())
        return refusal(status::bad_request, version);
    return std::nullopt;
}

}  // namespace

struct ServerState {
    ServerState(asio::any_io_executor executor, ServerOptions server_options, Server::Handler request_handler)
        : acceptor(listen(executor, server_options.address)),
          options(server_options),
          handler(std::move(request_handler)),
          all_closed(executor, asio::steady_timer::time_point::max()) {}

    void close_idle();
    void close_all();

    tcp::acceptor acceptor;
    ServerOptions options;
    Server::Handler handler;
    asio::steady_timer all_closed;  // cancelled when the last connection ends
    std::list<Connection> connections;
    bool stopping = false;
};

void ServerState::close_idle() {
    for (auto& connection : connections)
        if (!connection.busy) connection.socket->cancel();
}

void ServerState::close_all() {
    for (auto& connection : connections) {
        error_code ignored;  // a socket that fails to close is closed
        connection.socket->close(ignored);
    }
}

namespace {

// Listed with the server while it lives, so that stop() can reach it.
class Listed {
public:
    Listed(ServerState& state, tcp::socket& socket)
        : state_(state), entry_(state.connections.insert(state.connections.end(), Connection{&socket})) {}
    ~Listed() {
        state_.connections.erase(entry_);
        if (state_.connections.empty()) state_.all_closed.cancel();
    }
    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;
    void busy(bool value) { entry_->busy = value; }

private:
    ServerState& state_;
    std::list<Connection>::iterator entry_;
};

template <class Stream>
asio::awaitable<error_code> read_request(Stream& stream, beast::flat_buffer& buffer, Parser& parser) {
    error_code error;
    co_await beast::http::async_read_header(stream, buffer, parser, catching(error));
    if (error) co_return error;
    if (beast::iequals(parser.get()[beast::http::field::expect], "100-continue")) {
        beast::http::response<beast::http::empty_body> go_on(beast::http::status::continue_, 11);
        co_await beast::http::async_write(stream, go_on, catching(error));
        if (error) co_return error;
    }
    co_await beast::http::async_read(stream, buffer, parser, catching(error));
    co_return error;
}

template <class Stream>
asio::awaitable<error_code> write_response(Stream& stream, Server::Response& response) {
    beast::get_lowest_layer(stream).expires_after(write_timeout);
    response.prepare_payload();
    error_code error;
    co_await beast::http::async_write(stream, response, catching(error));
    co_return error;
}

asio::awaitable<std::optional<Server::Response>> handle(const Server::Handler& handler,
                                                        Server::Request request) {
    const auto version = request.version();
    const bool keep_alive = request.keep_alive();
    std::string problem;
    try {
        auto response = co_await handler(std::move(request));
        if (response) {
            response->version(version);
            response->keep_alive(keep_alive && response->keep_alive());
        }
        co_return response;
    } catch (const std::exception& error) {
        problem = error.what();
    }
    spdlog::error("a request's handler failed: {}", problem);
    co_return refusal(beast::http::status::internal_server_error, version);
}

template <class Stream>
asio::awaitable<void> serve_requests(std::shared_ptr<ServerState> state, Stream& stream, Listed& listed) {
    beast::flat_buffer buffer;
    while (!state->stopping) {
        Parser parser;
        parser.body_limit(state->options.max_body_size);
        parser.header_limit(max_header_size);
        beast::get_lowest_layer(stream).expires_after(state->options.read_timeout);
        const error_code unreadable = co_await read_request(stream, buffer, parser);
        listed.busy(true);
        std::optional<Server::Response> response;
        if (unreadable) {
            response = refusal_of(unreadable, 11);
        } else {
            beast::get_lowest_layer(stream).expires_never();
            response = co_await handle(state->handler, parser.release());
        }
        if (!response) co_return;
        if (state->stopping) response->keep_alive(false);
        const error_code unwritable = co_await write_response(stream, *response);
        if (unwritable || !response->keep_alive()) co_return;
        listed.busy(false);
    }
}

// Lets the peer read the answer to a request that we did not read to its end: closing with unread bytes
// resets it.
asio::awaitable<void> drain(beast::tcp_stream& stream) {
    error_code error;
    stream.socket().shutdown(tcp::socket::shutdown_send, error);
    stream.expires_after(std::chrono::seconds(1));
    std::array<char, 4096> unread;
    while (!error) co_await stream.async_read_some(asio::buffer(unread), catching(error));
}

asio::awaitable<void> serve_plain(std::shared_ptr<ServerState> state, tcp::socket socket) {
    beast::tcp_stream stream(std::move(socket));
    Listed listed(*state, stream.socket());
    co_await serve_requests(state, stream, listed);
    co_await drain(stream);
}

asio::awaitable<void> serve_tls(std::shared_ptr<ServerState> state, tcp::socket socket) {
    TlsStream stream(beast::tcp_stream(std::move(socket)), *state->options.tls);
    Listed listed(*state, beast::get_lowest_layer(stream).socket());
    error_code error;
    beast::get_lowest_layer(stream).expires_after(state->options.read_timeout);
    co_await stream.async_handshake(asio::ssl::stream_base::server, catching(error));
    if (error) co_return;
    co_await serve_requests(state, stream, listed);
    beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(1));
    co_await stream.async_shutdown(catching(error));
}

void rethrow(std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
}

asio::awaitable<void> accept_connections(std::shared_ptr<ServerState> state) {
    const auto executor = state->acceptor.get_executor();
    while (state->acceptor.is_open()) {
        error_code error;
        tcp::socket socket = co_await state->acceptor.async_accept(catching(error));
        if (error == asio::error::operation_aborted) co_return;
        if (error) {  // out of descriptors, or the peer gave up: neither ends the server
            asio::steady_timer pause(executor, pause_without_descriptors);
            co_await pause.async_wait(catching(error));
            continue;
        }
        socket.set_option(tcp::no_delay(true), error);
        if (state->options.tls) {
            asio::co_spawn(executor, serve_tls(state, std::move(socket)), rethrow);
        } else {
            asio::co_spawn(executor, serve_plain(state, std::move(socket)), rethrow);
        }
    }
}

}  // namespace

Server::Server(asio::any_io_executor executor, ServerOptions options, Handler handler)
    : state_(std::make_shared<ServerState>(std::move(executor), options, std::move(handler))) {}

Server::~Server() {
    state_->stopping = true;
    error_code ignored;  // an acceptor that fails to close is closed
    state_->acceptor.close(ignored);
    state_->close_all();
}

tcp::endpoint Server::local_endpoint() const {
    return state_->acceptor.local_endpoint();
}

void Server::start() {
    asio::co_spawn(state_->acceptor.get_executor(), accept_connections(state_), rethrow);
}

asio::awaitable<void> Server::stop(std::chrono::milliseconds grace) {
    const auto state = state_;
    state->stopping = true;
    error_code ignored;
    state->acceptor.close(ignored);
    state->close_idle();
    if (state->connections.empty()) co_return;
    state->all_closed.expires_after(grace);
    co_await state->all_closed.async_wait(catching(ignored));
    state->close_all();
}

std::optional<tcp::endpoint> parse_listen_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == text.npos) return std::nullopt;
    auto host = text.substr(0, colon);
    const auto digits = text.substr(colon + 1);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    std::uint16_t port = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    error_code error;
    const auto address = asio::ip::make_address(std::string(host), error);
    if (error || address.is_v6() != bracketed) return std::nullopt;
    return tcp::endpoint(address, port);
}

}  // namespace http
