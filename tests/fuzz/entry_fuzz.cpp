// A delivery on its way through Redis: what the edge writes is read back the same, whatever is in it.
// Input: t, "\n", the body; the numbers come from chance.
#include <algorithm>

#include "shared/resp.hpp"
#include "shared/webhook_entry.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

// Also how Redis reads the command: an array of bulk strings.
shared::ReplyPtr read(std::string_view bytes, fuzz::Chance& chance) {
    shared::ReplyReader reader;
    shared::ReplyPtr reply;
    for (const auto piece : fuzz::pieces(bytes, chance)) {
        fuzz::require(!reply, "a command ends with its last byte");
        reader.feed(piece);
        reply = reader.next();
    }
    fuzz::require(reply != nullptr && reply->type == REDIS_REPLY_ARRAY, "a command is an array");
    return reply;
}

std::vector<std::string_view> arguments(const redisReply& command) {
    std::vector<std::string_view> all;
    for (std::size_t i = 0; i < command.elements; ++i) {
        fuzz::require(command.element[i]->type == REDIS_REPLY_STRING, "an argument is a bulk string");
        all.push_back(shared::text(*command.element[i]));
    }
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = fuzz::view(data, size);
    const auto end = std::min(input.find('\n'), input.size());
    const auto t = input.substr(0, end), body = input.substr(std::min(end + 1, input.size()));
    fuzz::Chance chance(input);
    const auto received_ms = static_cast<std::int64_t>(chance.below(std::size_t(1) << 62));
    const auto key = chance.below(8);
    const auto stream = shared::webhooks_key("calendly");

    std::string bytes;
    shared::append_xadd_head(bytes, {stream, t, received_ms, key}, body.size());
    bytes.append(body).append("\r\n");
    const auto command = read(bytes, chance);
    const auto words = arguments(*command);
    const std::string ms = std::to_string(received_ms), index = std::to_string(key);
    fuzz::require(words == std::vector<std::string_view>{"XADD", stream, "*", "t", t, "received_ms", ms,
                                                         "key", index, "body", body},
                  "Redis gets what was meant");

    std::string answer;
    shared::append_array_header(answer, 2);
    shared::append_bulk(answer, "1-0");
    shared::append_command(answer, std::span(words).subspan(3));
    const auto entry = shared::parse_webhook_entry(*read(answer, chance));
    fuzz::require(entry && entry->id == "1-0" && entry->t == t && entry->received_ms == received_ms &&
                      entry->key == index && entry->body == body,
                  "the agent reads what the edge wrote");
    return 0;
}
