#include "ngx_module/redis_reply.hpp"

#include "shared/resp.hpp"

namespace edge {
namespace {

constexpr std::string_view digits = "0123456789";

bool is_number(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 20 && text.find_first_not_of(digits) == text.npos;
}

}  // namespace

bool is_stream_id(const redisReply& reply) noexcept {
    if (reply.type != REDIS_REPLY_STRING) return false;
    const auto id = shared::text(reply);
    const auto dash = id.find('-');
    return dash != id.npos && is_number(id.substr(0, dash)) && is_number(id.substr(dash + 1));
}

}  // namespace edge
