#include "ngx_module/redis_reply.hpp"

#include <algorithm>

#include "shared/resp.hpp"

namespace edge {
namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_number(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 20 && std::ranges::all_of(text, is_digit);
}

}  // namespace

bool is_stream_id(const redisReply& reply) noexcept {
    if (reply.type != REDIS_REPLY_STRING) return false;
    const auto id = shared::text(reply);
    const auto dash = id.find('-');
    return dash != id.npos && is_number(id.substr(0, dash)) && is_number(id.substr(dash + 1));
}

}  // namespace edge
