#include "shared/webhook_entry.hpp"

#include <algorithm>
#include <charconv>
#include <span>

#include "shared/resp.hpp"

namespace shared {
namespace {

std::span<redisReply* const> elements(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ARRAY) return {};
    return {reply.element, reply.elements};
}

// The edge writes a head for every delivery: into room that is there, instead of append by append.
char* put(char* to, std::string_view text) {
    return std::copy(text.begin(), text.end(), to);
}

class Digits {
public:
    template <typename Number>
    explicit Digits(Number number)
        : size_(std::to_chars(bytes_, bytes_ + sizeof bytes_, number).ptr - bytes_) {}
    operator std::string_view() const { return {bytes_, static_cast<std::size_t>(size_)}; }

private:
    char bytes_[24];
    std::ptrdiff_t size_;
};

char* put_bulk_header(char* to, std::size_t size) {
    return put(put(put(to, "$"), Digits(size)), "\r\n");
}

char* put_bulk(char* to, std::string_view text) {
    return put(put(put_bulk_header(to, text.size()), text), "\r\n");
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
    constexpr std::size_t room = 256;  // for what is constant, and the numbers
    const auto begin = out.size();
    out.resize(begin + room + head.stream.size() + head.t.size());
    char* end = out.data() + begin;
    end = put(end, "*11\r\n$4\r\nXADD\r\n");
    end = put_bulk(end, head.stream);
    end = put(end, "$1\r\n*\r\n$1\r\nt\r\n");
    end = put_bulk(end, head.t);
    end = put(end, "$11\r\nreceived_ms\r\n");
    end = put_bulk(end, Digits(head.received_ms));
    end = put(end, "$3\r\nkey\r\n");
    end = put_bulk(end, Digits(head.key_index));
    end = put(end, "$4\r\nbody\r\n");
    end = put_bulk_header(end, body_size);
    out.resize(static_cast<std::size_t>(end - out.data()));
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
