#include "redis/client.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>

#include "http/deadline.hpp"
#include "http/message.hpp"
#include "http/resolve.hpp"
#include "redis/error.hpp"
#include "shared/redis_handshake.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using http::as_result;
using Socket = Session::Socket;

constexpr std::chrono::seconds connect_timeout{5};

using Connected = http::Result<std::shared_ptr<Socket>>;

asio::awaitable<Connected> connect_unix(std::string path) {
    const asio::local::stream_protocol::endpoint endpoint(path);
    auto socket = std::make_shared<Socket>(co_await asio::this_coro::executor);
    const auto [error] = co_await socket->async_connect(endpoint, as_result);
    if (error) co_return error;
    co_return socket;
}

asio::awaitable<Connected> connect_tcp(shared::RedisUrl url) {
    const auto executor = co_await asio::this_coro::executor;
    const auto deadline = std::chrono::steady_clock::now() + connect_timeout;
    const auto endpoints = co_await http::resolve(url.host, std::to_string(url.port), deadline);
    if (!endpoints) co_return endpoints.error();
    asio::ip::tcp::socket socket(executor);
    const auto [connect_error, endpoint] = co_await asio::async_connect(socket, *endpoints, as_result);
    if (connect_error) co_return connect_error;
    socket.set_option(asio::ip::tcp::no_delay(true));
    co_return std::make_shared<Socket>(std::move(socket));
}

asio::awaitable<Connected> connect_to(shared::RedisUrl url) {
    if (url.socket_path.empty()) {
        auto connected = co_await connect_tcp(url);
        co_return connected;
    }
    auto connected = co_await connect_unix(url.socket_path);
    co_return connected;
}

// AUTH and SELECT. The reason of a failure; nothing when all is well.
asio::awaitable<std::optional<std::string>> log_in(std::shared_ptr<Socket> socket, Server server) {
    shared::RedisHandshake handshake({server.url.user, server.password, server.url.database});
    const auto [write_error, written] =
        co_await asio::async_write(*socket, asio::buffer(handshake.commands()), as_result);
    if (write_error) co_return write_error.message();
    shared::ReplyReader reader;
    std::array<char, 512> buffer;
    while (!handshake.finished()) {
        const auto [error, size] = co_await socket->async_read_some(asio::buffer(buffer), as_result);
        if (error) co_return error.message();
        reader.feed({buffer.data(), size});
        while (const auto reply = reader.next())
            if (auto reason = handshake.on_reply(*reply)) co_return reason;
        if (reader.failed()) co_return "not the protocol of Redis";
    }
    co_return std::nullopt;
}

// `reason`: why it failed.
asio::awaitable<http::Result<std::shared_ptr<Socket>>> open(Server server, std::string& reason) {
    auto connected = co_await connect_to(server.url);
    if (!connected) {
        reason = connected.error().message();
        co_return connected;
    }
    const auto failure = co_await log_in(*connected, server);
    if (failure) {
        reason = *failure;
        co_return error_code(asio::error::no_permission);
    }
    co_return connected;
}

std::string sha1(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    if (!EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr))
        throw std::runtime_error("OpenSSL has no SHA-1");
    return fmt::format("{:02x}", fmt::join(digest.data(), digest.data() + size, ""));
}

}  // namespace

Script::Script(std::string text) : text_(std::move(text)), hash_(sha1(text_)) {}

Client::Client(asio::any_io_executor executor, Server server, std::chrono::milliseconds reply_timeout)
    : executor_(std::move(executor)), server_(std::move(server)), reply_timeout_(reply_timeout) {}

asio::awaitable<std::shared_ptr<Session>> Client::session() {
    if (session_ && session_->is_open()) co_return session_;
    std::string reason = "no connection within the time limit";
    const auto connected = co_await http::within(connect_timeout, open(server_, reason));
    if (!connected || !*connected)
        throw Error(Error::Kind::connection, fmt::format("{}: {}", server_.url.address(), reason));
    if (session_ && session_->is_open()) co_return session_;  // somebody else was faster
    session_ = std::make_shared<Session>(std::move(***connected), reply_timeout_);
    session_->start();
    co_return session_;
}

asio::awaitable<shared::ReplyPtr> Client::exchange(const Arguments& arguments) {
    std::string bytes;
    const std::vector<std::string_view> views(arguments.begin(), arguments.end());
    shared::append_command(bytes, views);
    const auto current = co_await session();
    auto reply = co_await current->exchange(std::move(bytes));
    co_return reply;
}

asio::awaitable<shared::ReplyPtr> Client::command(Arguments arguments) {
    auto reply = co_await exchange(arguments);
    if (reply->type == REDIS_REPLY_ERROR)
        throw Error(Error::Kind::refused,
                    fmt::format("{}: {}", arguments.front(), shared::error_for_log(*reply)));
    co_return reply;
}

asio::awaitable<shared::ReplyPtr> Client::run(const Script& script, Arguments keys, Arguments values) {
    Arguments arguments{"EVALSHA", script.hash(), std::to_string(keys.size())};
    arguments.insert(arguments.end(), keys.begin(), keys.end());
    arguments.insert(arguments.end(), values.begin(), values.end());
    auto reply = co_await exchange(arguments);
    if (reply->type == REDIS_REPLY_ERROR && shared::text(*reply).starts_with("NOSCRIPT")) {
        arguments[0] = "EVAL";
        arguments[1] = script.text();
        reply = co_await exchange(arguments);
    }
    if (reply->type == REDIS_REPLY_ERROR)
        throw Error(Error::Kind::refused, "script: " + shared::error_for_log(*reply));
    co_return reply;
}

void Client::close() {
    if (session_) session_->close("the agent closes its connections");
}

}  // namespace redis
