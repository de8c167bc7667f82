#include "http/server.hpp"

#include <charconv>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/server_connection.hpp"
#include "net/deadline.hpp"
#include "net/event.hpp"

namespace http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds pause_without_descriptors{100};

tcp::acceptor listen(const asio::any_io_executor& executor, const tcp::endpoint& address) {
    try {
        return tcp::acceptor(executor, address);
    } catch (const boost::system::system_error& error) {
        std::ostringstream message;
        message << "cannot listen on " << address << ": " << error.code().message();
        throw std::runtime_error(message.str());
    }
}

void rethrow(std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
}

}  // namespace

struct ServerState {
    ServerState(asio::any_io_executor executor, ServerOptions server_options, Server::Handler request_handler)
        : acceptor(listen(executor, server_options.address)),
          options(server_options),
          handler(std::move(request_handler)),
          all_closed(std::move(executor)) {}

    void stop() {
        stopping = true;
        error_code ignored;  // an acceptor that fails to close is closed
        acceptor.close(ignored);
    }
    void close_all() {
        for (auto* const connection : connections) connection->close();
    }

    tcp::acceptor acceptor;
    ServerOptions options;
    Server::Handler handler;
    net::Event all_closed;
    std::set<ServerConnection*> connections;
    bool stopping = false;
};

namespace {

// Listed with the server while it lives, so that stop() can reach it.
class Listed {
public:
    Listed(ServerState& state, ServerConnection& connection) : state_(state), connection_(connection) {
        state_.connections.insert(&connection_);
        if (state_.stopping) connection_.finish();
    }
    ~Listed() {
        state_.connections.erase(&connection_);
        if (state_.connections.empty()) state_.all_closed.notify();
    }
    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;

private:
    ServerState& state_;
    ServerConnection& connection_;
};

asio::awaitable<void> serve(std::shared_ptr<ServerState> state, tcp::socket socket) {
    net::Transport transport(std::move(socket));
    ServerConnection connection(transport, state->options, state->handler);
    const Listed listed(*state, connection);
    co_await connection.serve();
}

asio::awaitable<void> accept_connections(std::shared_ptr<ServerState> state) {
    const auto executor = state->acceptor.get_executor();
    while (state->acceptor.is_open()) {
        auto [error, socket] = co_await state->acceptor.async_accept(net::as_result);
        if (error == asio::error::operation_aborted) co_return;
        if (error) {  // out of descriptors, or the peer gave up: neither ends the server
            asio::steady_timer pause(executor, pause_without_descriptors);
            co_await pause.async_wait(net::as_result);
            continue;
        }
        asio::co_spawn(executor, serve(state, std::move(socket)), rethrow);
    }
}

}  // namespace

Server::Server(asio::any_io_executor executor, ServerOptions options, Handler handler)
    : state_(std::make_shared<ServerState>(std::move(executor), options, std::move(handler))) {}

Server::~Server() {
    state_->stop();
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
    state->stop();
    for (auto* const connection : state->connections) connection->finish();
    if (state->connections.empty()) co_return;
    co_await state->all_closed.wait_until(std::chrono::steady_clock::now() + grace);
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
