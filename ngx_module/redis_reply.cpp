#include "ngx_module/redis_reply.hpp"

#include <algorithm>

#include "shared/resp.hpp"

namespace edge {
namespace {

constexpr std::size_t max_logged_size = 160;
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

std::string error_for_log(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ERROR) return "a reply of an unexpected type";
    auto text = shared::text(reply);
    text = text.substr(0, std::min(text.find(", with args"), text.find("with args")));
    std::string line(text.substr(0, max_logged_size));
    std::ranges::replace_if(
        line, [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
    return line;
}

}  // namespace edge
