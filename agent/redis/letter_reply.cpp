#include "redis/letter_reply.hpp"

#include "redis/replies.hpp"
#include "text/unicode.hpp"

namespace redis {
namespace {

namespace webhook_field = shared::webhook_field;

unsigned status_in(std::string_view response) {
    const auto number = response.substr(0, response.find(' '));
    return number.size() == 3 ? number_in<unsigned>(number) : 0;
}

void set_letter_field(StoredLetter& letter, std::string_view name, std::string_view value) {
    if (name == webhook_field::reason) {
        letter.reason = read_reason(value);
    } else if (name == webhook_field::attempts) {
        letter.attempts = number_in<unsigned>(value);
    } else if (name == webhook_field::failed_ms) {
        letter.failed_ms = number_in<std::int64_t>(value);
    } else if (name == webhook_field::response) {
        letter.response = value;
        letter.status = status_in(value);
    }
}

}  // namespace

std::string_view read_reason(std::string_view stored) {
    auto rest = stored;
    for (std::size_t count = 0; count < longest_reason && !rest.empty(); ++count)
        rest.remove_prefix(text::first_character(rest).bytes.size());
    return stored.substr(0, stored.size() - rest.size());
}

std::optional<StoredLetter> parse_letter(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 2) return std::nullopt;
    StoredLetter letter;
    if (auto entry = shared::parse_webhook_entry(reply)) letter.entry = std::move(*entry);
    letter.entry.id = shared::text(*reply.element[0]);
    const auto& fields = *reply.element[1];
    for (std::size_t at = 0; fields.type == REDIS_REPLY_ARRAY && at + 1 < fields.elements; at += 2)
        set_letter_field(letter, shared::text(*fields.element[at]), shared::text(*fields.element[at + 1]));
    if (letter.entry.origin_id.empty()) letter.entry.origin_id = letter.entry.id;
    return letter;
}

std::vector<StoredLetter> parse_letters(const redisReply& reply) {
    std::vector<StoredLetter> letters;
    for (std::size_t i = 0; reply.type == REDIS_REPLY_ARRAY && i < reply.elements; ++i)
        if (auto letter = parse_letter(*reply.element[i])) letters.push_back(std::move(*letter));
    return letters;
}

}  // namespace redis
