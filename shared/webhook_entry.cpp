#include "shared/webhook_entry.hpp"

#include <charconv>
#include <span>

#include "shared/resp.hpp"

namespace shared {
namespace {

std::span<redisReply* const> elements(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ARRAY) return {};
    return {reply.element, reply.elements};
}

void set_field(WebhookEntry& entry, std::string_view name, std::string_view value) {
    if (name == "body") {
        entry.body = value;
    } else if (name == "t") {
        entry.t = value;
    } else if (name == "key") {
        entry.key = value;
    } else if (name == "received_ms") {
        std::from_chars(value.data(), value.data() + value.size(), entry.received_ms);
    }
}

}  // namespace

bool is_connector_name(std::string_view name) noexcept {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    return !name.empty() && name.size() <= 64 && name.find_first_not_of(allowed) == name.npos;
}

std::string connector_key(std::string_view connector, std::string_view suffix) {
    std::string key = "calendly:{";
    key.append(connector).append("}:").append(suffix);
    return key;
}

std::string webhooks_key(std::string_view connector) {
    return connector_key(connector, "webhooks");
}

std::string dead_key(std::string_view connector) {
    return connector_key(connector, "dead");
}

void append_xadd_head(std::string& out, const XaddHead& head, std::size_t body_size) {
    out += "*11\r\n$4\r\nXADD\r\n";
    append_bulk(out, head.stream);
    out += "$1\r\n*\r\n$1\r\nt\r\n";
    append_bulk(out, head.t);
    out += "$11\r\nreceived_ms\r\n";
    append_bulk(out, std::to_string(head.received_ms));
    out += "$3\r\nkey\r\n";
    append_bulk(out, std::to_string(head.key_index));
    out += "$4\r\nbody\r\n";
    append_bulk_header(out, body_size);
}

std::optional<WebhookEntry> parse_webhook_entry(const redisReply& reply) {
    const auto pair = elements(reply);
    if (pair.size() != 2) return std::nullopt;
    const auto fields = elements(*pair[1]);
    WebhookEntry entry;
    entry.id = text(*pair[0]);
    bool has_body = false;
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        set_field(entry, text(*fields[i]), text(*fields[i + 1]));
        has_body |= text(*fields[i]) == "body";
    }
    if (entry.id.empty() || !has_body) return std::nullopt;
    return entry;
}

}  // namespace shared
