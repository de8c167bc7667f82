#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shared/resp.hpp"
#include "shared/webhook_entry.hpp"

namespace harness {

// A blocking connection for tests. Every error throws std::runtime_error.
class RedisClient {
public:
    explicit RedisClient(const std::string& socket_path);
    explicit RedisClient(std::uint16_t port);  // of 127.0.0.1
    RedisClient(const RedisClient&) = delete;
    RedisClient& operator=(const RedisClient&) = delete;
    ~RedisClient();

    // Any reply, errors included.
    shared::ReplyPtr command(std::initializer_list<std::string_view> arguments);
    shared::ReplyPtr command(std::span<const std::string_view> arguments) { return send(arguments); }

    // The reply's text or number; throws when it is an error.
    std::string text(std::initializer_list<std::string_view> arguments);
    std::int64_t integer(std::initializer_list<std::string_view> arguments);

    // Adds the entry to the stream of this key; gives its id.
    std::string append(const std::string& stream, shared::WebhookEntry entry);

    // Everything in a connector's stream of webhooks, oldest first.
    std::vector<shared::WebhookEntry> webhooks(std::string_view connector = "calendly");

    // The oldest `count` of them at most.
    std::vector<shared::WebhookEntry> first_webhooks(std::size_t count,
                                                     std::string_view connector = "calendly");

private:
    shared::ReplyPtr send(std::span<const std::string_view> arguments);

    int socket_;
    shared::ReplyReader reader_;
};

}  // namespace harness
