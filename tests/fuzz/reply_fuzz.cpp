// Whatever comes in place of Redis's replies: it is read alike however it is cut, and what the edge makes of
// a reply keeps its promises. Input: the bytes.
#include <algorithm>

#include "ngx_module/redis_reply.hpp"
#include "shared/redis_handshake.hpp"
#include "shared/resp.hpp"
#include "shared/webhook_entry.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

std::string dump(const redisReply& reply) {
    std::string text = std::to_string(reply.type) + ":";
    if (reply.type == REDIS_REPLY_INTEGER) text += std::to_string(reply.integer);
    text += shared::text(reply);
    if (reply.type != REDIS_REPLY_ARRAY) return text;
    for (std::size_t i = 0; i < reply.elements; ++i) text += "[" + dump(*reply.element[i]) + "]";
    return text;
}

void check_rules(const redisReply& reply) {
    const auto line = shared::error_for_log(reply);
    fuzz::require(line.size() <= 160, "a line for the log is short");
    fuzz::require(std::ranges::all_of(line, [](unsigned char c) { return c >= 0x20 && c <= 0x7e; }),
                  "a line for the log is one line, and printable");
    fuzz::require(line.find("with args") == line.npos, "a line for the log does not quote the command");
    if (edge::is_stream_id(reply)) {
        const auto id = shared::text(reply);
        fuzz::require(id.size() <= 41 && id.find_first_not_of("0123456789-") == id.npos &&
                          id.find('-') == id.rfind('-'),
                      "an ID is two numbers");
    }
    if (const auto entry = shared::parse_webhook_entry(reply))
        fuzz::require(!entry->id.empty(), "an entry has an ID");
}

struct Heard {
    std::vector<std::string> replies;
    std::string end;
    bool operator==(const Heard&) const = default;
};

// As the edge does it: the first replies are the handshake's.
Heard hear(const std::vector<std::string_view>& pieces, shared::RedisRole role) {
    shared::ReplyReader reader;
    shared::RedisHandshake handshake({.user = "edge", .password = "hush", .database = 1}, role);
    Heard heard;
    for (const auto piece : pieces) {
        reader.feed(piece);
        while (const auto reply = reader.next()) {
            heard.replies.push_back(dump(*reply));
            check_rules(*reply);
            if (handshake.finished()) continue;
            if (const auto problem = handshake.on_reply(*reply)) {
                heard.end = *problem;
                return heard;
            }
        }
        if (reader.failed()) break;
    }
    heard.end = reader.failed() ? "not RESP" : "more to come";
    return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = fuzz::view(data, size);
    fuzz::Chance chance(input);
    for (const auto role : {shared::RedisRole::any, shared::RedisRole::master})
        fuzz::require(hear({input}, role) == hear(fuzz::pieces(input, chance), role),
                      "replies are alike however the bytes are cut");
    return 0;
}
