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

// The edge writes a head for every webhook. These write into room that was made before, which is cheaper than
// appending piece by piece.
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

// RESP that is the same in every head, put together by the compiler.
class Constant {
public:
    constexpr Constant command(std::size_t arguments) const { return header('*', arguments); }
    constexpr Constant bulk(std::string_view text) const {
        return header('$', text.size()).add(text).add("\r\n");
    }
    constexpr operator std::string_view() const { return {bytes_, size_}; }

private:
    constexpr Constant header(char type, std::size_t count) const {
        const char digits[] = {type, static_cast<char>('0' + count / 10),
                               static_cast<char>('0' + count % 10)};
        const std::string_view all(digits, 3);
        return add(all.substr(0, 1)).add(all.substr(count < 10 ? 2 : 1)).add("\r\n");
    }
    constexpr Constant add(std::string_view text) const {
        Constant longer = *this;
        for (const char c : text) longer.bytes_[longer.size_++] = c;  // too long: does not compile
        return longer;
    }

    char bytes_[32] = {};
    std::size_t size_ = 0;
};

constexpr std::size_t field_count = 4;
constexpr Constant before_stream = Constant().command(3 + 2 * field_count).bulk("XADD");
constexpr Constant before_t = Constant().bulk("*").bulk(webhook_field::t);
constexpr Constant before_received_ms = Constant().bulk(webhook_field::received_ms);
constexpr Constant before_key = Constant().bulk(webhook_field::key);
constexpr Constant before_body = Constant().bulk(webhook_field::body);

constexpr std::string_view yes = "1";

void set_field(WebhookEntry& entry, std::string_view name, std::string_view value) {
    if (name == webhook_field::body) {
        entry.body = value;
    } else if (name == webhook_field::t) {
        entry.t = value;
    } else if (name == webhook_field::key) {
        entry.key = value;
    } else if (name == webhook_field::received_ms) {
        std::from_chars(value.data(), value.data() + value.size(), entry.received_ms);
    } else if (name == webhook_field::origin) {
        entry.origin = value;
    } else if (name == webhook_field::events) {
        entry.with_events = value == yes;
    } else if (name == webhook_field::lists) {
        entry.with_lists = value == yes;
    } else if (name == webhook_field::origin_id) {
        entry.origin_id = value;
    } else if (name == webhook_field::replays) {
        std::from_chars(value.data(), value.data() + value.size(), entry.replays);
    }
}

}  // namespace

bool is_connector_name(std::string_view name) noexcept {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    return !name.empty() && name.size() <= 64 && name.find_first_not_of(allowed) == name.npos;
}

std::string connector_key(std::string_view connector, std::string_view suffix) {
    std::string key(tagged_key);
    key.append(connector).append("}:").append(suffix);
    return key;
}

std::string webhooks_key(std::string_view connector) {
    return connector_key(connector, "webhooks");
}

std::string history_key(std::string_view connector) {
    return connector_key(connector, "history");
}

std::string dead_key(std::string_view connector) {
    return connector_key(connector, "dead");
}

void append_fields(std::vector<std::string>& to, WebhookEntry entry) {
    const auto add = [&to](std::string_view name, std::string value) {
        to.emplace_back(name);
        to.push_back(std::move(value));
    };
    add(webhook_field::t, std::move(entry.t));
    add(webhook_field::received_ms, std::to_string(entry.received_ms));
    add(webhook_field::key, std::move(entry.key));
    add(webhook_field::body, std::move(entry.body));
    if (!entry.origin.empty()) add(webhook_field::origin, std::move(entry.origin));
    if (entry.with_events) add(webhook_field::events, std::string(yes));
    if (entry.with_lists) add(webhook_field::lists, std::string(yes));
    if (!entry.origin_id.empty()) add(webhook_field::origin_id, std::move(entry.origin_id));
    if (entry.replays > 0) add(webhook_field::replays, std::to_string(entry.replays));
}

void append_xadd_head(std::string& out, const XaddHead& head, std::size_t body_size) {
    constexpr std::size_t room = 256;  // for what is constant, and the numbers
    const auto begin = out.size();
    out.resize(begin + room + head.stream.size() + head.t.size());
    char* end = out.data() + begin;
    end = put(end, before_stream);
    end = put_bulk(end, head.stream);
    end = put(end, before_t);
    end = put_bulk(end, head.t);
    end = put(end, before_received_ms);
    end = put_bulk(end, Digits(head.received_ms));
    end = put(end, before_key);
    end = put_bulk(end, Digits(head.key_index));
    end = put(end, before_body);
    end = put_bulk_header(end, body_size);
    out.resize(static_cast<std::size_t>(end - out.data()));
}

std::optional<WebhookEntry> parse_webhook_entry(const redisReply& reply) {
    const auto pair = elements(reply);
    if (pair.size() != 2) return std::nullopt;
    const auto parts = elements(*pair[1]);
    WebhookEntry entry;
    entry.id = text(*pair[0]);
    bool has_body = false;
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
        set_field(entry, text(*parts[i]), text(*parts[i + 1]));
        has_body |= text(*parts[i]) == webhook_field::body;
    }
    if (entry.id.empty() || !has_body) return std::nullopt;
    return entry;
}

}  // namespace shared
