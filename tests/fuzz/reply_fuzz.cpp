// Whatever comes in place of Redis's replies: it is read alike however it is cut, by the edge's reader as by
// hiredis's own, and what is made of a reply keeps its promises. Input: the bytes.
#include <algorithm>

#include "ngx_module/redis/reply_reader.hpp"
#include "ngx_module/store/entry_command.hpp"
#include "shared/redis_handshake.hpp"
#include "shared/resp.hpp"
#include "shared/webhook_entry.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using Pieces = std::vector<std::string_view>;

std::string seen_part(const redisReply& reply) {
    const bool is_resp2 = reply.type <= REDIS_REPLY_ERROR;
    const auto text = shared::text(reply).substr(0, edge::redis::ReplyReader::max_text);
    return std::to_string(is_resp2 ? reply.type : REDIS_REPLY_NIL) + ":" + std::string(text);
}

// What the edge looks at: the type, the beginning of the text, and of an array the same of its first
// elements.
std::string seen(const redisReply& reply) {
    std::string text = seen_part(reply);
    const auto elements = reply.type == REDIS_REPLY_ARRAY ? reply.elements : 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(elements, edge::redis::ReplyReader::max_elements); ++i)
        text += "[" + seen_part(*reply.element[i]);
    return text;
}

void check_rules(const redisReply& reply) {
    const auto line = shared::error_for_log(reply);
    fuzz::require(line.size() <= 160, "a line for the log is short");
    fuzz::require(std::ranges::all_of(line, [](unsigned char c) { return c >= 0x20 && c <= 0x7e; }),
                  "a line for the log is one line, and printable");
    fuzz::require(line.find("with args") == line.npos, "a line for the log does not quote the command");
    if (edge::store::is_stream_id(reply)) {
        const auto id = shared::text(reply);
        fuzz::require(id.find_first_not_of("0123456789-") == id.npos && id.find('-') == id.rfind('-') &&
                          !id.starts_with('-') && !id.ends_with('-'),
                      "an ID is two numbers");
    }
}

struct Heard {
    std::vector<std::string> replies;
    std::string end;
    bool operator==(const Heard&) const = default;
};

// As the edge does it: the first replies are the handshake's.
Heard heard_by_the_edge(const Pieces& pieces, shared::RedisRole role) {
    edge::redis::ReplyReader reader;
    shared::RedisHandshake handshake({.user = "edge", .password = "hush", .database = 1}, role);
    Heard heard;
    std::string problem;
    for (const auto piece : pieces) {
        reader.feed(piece);
        while (const redisReply* const reply = reader.next()) {
            heard.replies.push_back(seen(*reply));
            check_rules(*reply);
            fuzz::require(shared::text(*reply).size() <= edge::redis::ReplyReader::max_text,
                          "the edge keeps little");
            if (problem.empty() && !handshake.finished()) problem = handshake.on_reply(*reply).value_or("");
        }
        if (reader.failed()) break;
    }
    heard.end = problem + (reader.failed() ? "; not RESP" : "; more to come");
    return heard;
}

Heard heard_by_the_agent(const Pieces& pieces) {
    shared::ReplyReader reader;
    Heard heard;
    for (const auto piece : pieces) {
        reader.feed(piece);
        while (const auto reply = reader.next()) {
            heard.replies.push_back(seen(*reply));
            check_rules(*reply);
            const auto entry = shared::parse_webhook_entry(*reply);
            fuzz::require(!entry || !entry->id.empty(), "an entry has an ID");
        }
        if (reader.failed()) break;
    }
    heard.end = reader.error();
    return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = fuzz::view(data, size);
    fuzz::Chance chance(input);
    const Pieces whole = {input}, cut = fuzz::pieces(input, chance);
    for (const auto role : {shared::RedisRole::any, shared::RedisRole::master})
        fuzz::require(heard_by_the_edge(whole, role) == heard_by_the_edge(cut, role),
                      "the edge hears the same however the bytes are cut");
    const auto by_agent = heard_by_the_agent(whole);
    fuzz::require(by_agent == heard_by_the_agent(cut), "the agent hears the same however the bytes are cut");

    auto by_edge = heard_by_the_edge(whole, shared::RedisRole::any).replies;
    const bool agent_stopped_early = by_agent.end == "Out of memory";  // more elements than it makes room for
    if (agent_stopped_early) by_edge.resize(std::min(by_edge.size(), by_agent.replies.size()));
    fuzz::require(by_edge == by_agent.replies, "the edge's reader sees what hiredis's sees");
    return 0;
}
