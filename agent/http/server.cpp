#include "http/server.hpp"

#include <charconv>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/server_connection.hpp"
#include "net/deadline.hpp"
#include "net/event.hpp"
#include "net/first_cause.hpp"
#include "net/limited_log.hpp"

namespace http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds pause_after_trouble{100};

tcp::acceptor listen(const asio::any_io_executor& executor, const tcp::endpoint& address) {
    try {
        return tcp::acceptor(executor, address);
    } catch (const boost::system::system_error& error) {
        std::ostringstream message;
        message << "cannot listen on " << address << ": " << error.code().message();
        throw std::runtime_error(message.str());
    }
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
        for (const auto& [connection, peer] : connections) connection->close();
    }

    // Closes another one when it must. False: nobody can give way.
    bool make_room_for(const std::string& peer);
    void on_exception(std::exception_ptr error);
    void on_not_accepted(const std::string& trouble);

    tcp::acceptor acceptor;
    ServerOptions options;
    Server::Handler handler;
    net::Event all_closed;
    std::map<ServerConnection*, std::string> connections;  // and whose they are
    ServerCounts counts;
    net::LimitedLog log;
    bool stopping = false;
};

bool ServerState::make_room_for(const std::string& peer) {
    if (options.connections.in_all == 0 && options.connections.of_a_peer == 0) return true;
    std::vector<Place> taken;
    std::vector<ServerConnection*> owners;
    for (const auto& [connection, owner] : connections) {
        if (connection->is_closed()) continue;
        taken.push_back({owner, connection->waits_since(), connection->may_give_way()});
        owners.push_back(connection);
    }
    const auto admission = admit(taken, peer, options.connections);
    if (admission.gives_way) owners[*admission.gives_way]->close();
    if (admission.is_admitted && !admission.gives_way) return true;
    ++counts.displaced;
    log.warn("connections",
             fmt::format("HTTP: too many connections at once, {}; other requests are answered",
                         admission.is_admitted ? "the one that has waited longest for its request is closed"
                                               : "the newest is closed: all others are being answered"));
    return admission.is_admitted;
}

void ServerState::on_exception(std::exception_ptr error) {
    ++counts.exceptions;
    log.error("exception", fmt::format("HTTP: an exception ended one connection, others go on: {}",
                                       net::first_cause(std::move(error))));
}

void ServerState::on_not_accepted(const std::string& trouble) {
    ++counts.not_accepted;
    log.error("accept", fmt::format("HTTP: no connection can be accepted: {}; next attempt in {} ms", trouble,
                                    pause_after_trouble.count()));
}

namespace {

// Listed with the server while it lives, so that stop() can reach it.
class Listed {
public:
    Listed(ServerState& state, ServerConnection& connection, std::string peer)
        : state_(state), connection_(connection) {
        state_.connections.emplace(&connection_, std::move(peer));
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

std::string address_at(const tcp::socket& socket) {
    error_code is_gone;
    const auto endpoint = socket.remote_endpoint(is_gone);
    return is_gone ? std::string() : endpoint.address().to_string();
}

asio::awaitable<void> serve(std::shared_ptr<ServerState> state, tcp::socket socket, std::string peer) {
    const auto address = address_at(socket);
    net::Transport transport(std::move(socket));
    ServerConnection connection(transport, state->options, state->handler, state->counts, address);
    const Listed listed(*state, connection, std::move(peer));
    co_await connection.serve();
}

std::string peer_at(const tcp::socket& socket) {
    error_code is_gone;
    const auto endpoint = socket.remote_endpoint(is_gone);
    return is_gone ? std::string() : http::peer_of(endpoint.address());
}

asio::awaitable<error_code> accept_one(std::shared_ptr<ServerState> state) {
    auto [error, socket] = co_await state->acceptor.async_accept(net::as_result);
    if (error) co_return error;
    auto peer = peer_at(socket);
    if (!state->make_room_for(peer)) co_return error;
    const auto ended = [state](std::exception_ptr failure) {
        if (failure) state->on_exception(std::move(failure));
    };
    asio::co_spawn(state->acceptor.get_executor(), serve(state, std::move(socket), std::move(peer)), ended);
    co_return error;
}

// Without descriptors or memory the system would say so again and again: what is waiting is accepted later.
asio::awaitable<void> accept_connections(std::shared_ptr<ServerState> state) {
    asio::steady_timer pause(state->acceptor.get_executor());
    while (state->acceptor.is_open()) {
        std::string trouble;
        try {
            const error_code error = co_await accept_one(state);
            if (error) trouble = error.message();
        } catch (const std::exception& error) {
            trouble = error.what();
        }
        if (trouble.empty() || state->stopping) continue;
        state->on_not_accepted(trouble);
        pause.expires_after(pause_after_trouble);
        co_await pause.async_wait(net::as_result);
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

const ServerCounts& Server::counts() const noexcept {
    return state_->counts;
}

void Server::start() {
    const auto ended = [state = state_](std::exception_ptr failure) {
        if (failure) state->on_exception(std::move(failure));
    };
    asio::co_spawn(state_->acceptor.get_executor(), accept_connections(state_), ended);
}

asio::awaitable<void> Server::stop(std::chrono::milliseconds grace) {
    const auto state = state_;
    state->stop();
    for (const auto& [connection, peer] : state->connections) connection->finish();
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
