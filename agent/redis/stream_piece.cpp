#include "redis/stream_piece.hpp"

#include <stdexcept>

#include "redis/stream_id.hpp"

namespace redis {

std::string stream_piece_lua() {
    return R"(
local function value_of(fields, name)
  for i = 1, #fields, 2 do if fields[i] == name then return fields[i + 1] end end
  return ''
end
local function look(command, from, to, most, visit)
  local entries = redis.call(command, KEYS[1], from, to, 'COUNT', most)
  for _, entry in ipairs(entries) do
    if visit(entry) then return entry[1] end
  end
  return #entries < tonumber(most) and '' or entries[#entries][1]
end
)";
}

Piece piece_of(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 2) return {};
    Piece piece{reply.element[0], std::string(shared::text(*reply.element[1]))};
    if (!piece.next.empty()) piece.next.insert(0, "(");
    return piece;
}

std::string after_cursor(const std::string& cursor) {
    if (cursor.empty()) return "+";
    const auto id = parse_stream_id(cursor);
    if (!id) throw std::invalid_argument("not a cursor of this list");
    return "(" + to_string(*id);
}

std::string cursor_of(const std::string& next) {
    return next.empty() ? next : next.substr(1);
}

}  // namespace redis
