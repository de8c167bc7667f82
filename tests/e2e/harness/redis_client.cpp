#include "e2e/harness/redis_client.hpp"

#include <cstring>
#include <stdexcept>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "e2e/harness/loopback.hpp"

namespace harness {
namespace {

constexpr timeval patience{.tv_sec = 10, .tv_usec = 0};

template <typename Address>
int connect_to(const Address& address, const std::string& name) {
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    const int socket = ::socket(generic->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(socket, generic, sizeof address) == 0) return socket;
    ::close(socket);
    throw std::runtime_error("cannot connect to " + name);
}

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) throw std::runtime_error("socket path too long: " + path);
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

shared::ReplyPtr successful(shared::ReplyPtr reply) {
    if (reply->type == REDIS_REPLY_ERROR)
        throw std::runtime_error("Redis: " + std::string(shared::text(*reply)));
    return reply;
}

std::vector<shared::WebhookEntry> entries_of(const redisReply& reply) {
    std::vector<shared::WebhookEntry> entries;
    for (std::size_t i = 0; i < reply.elements; ++i) {
        auto entry = shared::parse_webhook_entry(*reply.element[i]);
        if (!entry) throw std::runtime_error("a stream entry that is no webhook");
        entries.push_back(std::move(*entry));
    }
    return entries;
}

}  // namespace

RedisClient::RedisClient(const std::string& socket_path)
    : socket_(connect_to(address_of(socket_path), socket_path)) {}

RedisClient::RedisClient(std::uint16_t port)
    : socket_(connect_to(loopback(port), "port " + std::to_string(port))) {}

RedisClient::~RedisClient() {
    ::close(socket_);
}

shared::ReplyPtr RedisClient::command(std::initializer_list<std::string_view> arguments) {
    return send(std::span(arguments.begin(), arguments.size()));
}

shared::ReplyPtr RedisClient::send(std::span<const std::string_view> arguments) {
    std::string bytes;
    shared::append_command(bytes, arguments);
    for (std::string_view rest = bytes; !rest.empty();) {
        const ssize_t sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent <= 0) throw std::runtime_error("Redis took no command");
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    char buffer[16 * 1024];
    for (;;) {
        if (auto reply = reader_.next()) return reply;
        const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
        if (size <= 0 || !reader_.feed({buffer, static_cast<std::size_t>(size)}))
            throw std::runtime_error("no reply of Redis");
    }
}

std::string RedisClient::text(std::initializer_list<std::string_view> arguments) {
    return std::string(shared::text(*successful(command(arguments))));
}

std::int64_t RedisClient::integer(std::initializer_list<std::string_view> arguments) {
    return successful(command(arguments))->integer;
}

std::string RedisClient::append(const std::string& stream, shared::WebhookEntry entry) {
    std::vector<std::string> words = {"XADD", stream, "*"};
    shared::append_fields(words, std::move(entry));
    const std::vector<std::string_view> arguments(words.begin(), words.end());
    return std::string(shared::text(*successful(send(arguments))));
}

std::vector<shared::WebhookEntry> RedisClient::webhooks(std::string_view connector) {
    return entries_of(*successful(command({"XRANGE", shared::webhooks_key(connector), "-", "+"})));
}

std::vector<shared::WebhookEntry> RedisClient::first_webhooks(std::size_t count, std::string_view connector) {
    return entries_of(*successful(
        command({"XRANGE", shared::webhooks_key(connector), "-", "+", "COUNT", std::to_string(count)})));
}

}  // namespace harness
