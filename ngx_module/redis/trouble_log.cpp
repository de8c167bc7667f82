#include "ngx_module/redis/trouble_log.hpp"

#include <string>
#include <utility>

namespace edge::redis {
namespace {

// "connecting failed (111: Connection refused)"
std::string with_error(std::string_view what, ngx_err_t error) {
    std::string text(what);
    if (error == 0) return text;
    u_char words[NGX_MAX_ERROR_STR];
    const u_char* const end = ngx_strerror(error, words, sizeof words);
    text += " (" + std::to_string(error) + ": ";
    text.append(reinterpret_cast<const char*>(words), static_cast<std::size_t>(end - words));
    return text + ")";
}

std::string not_stored_note(unsigned long count) {
    if (count == 0) return {};
    return " (" + std::to_string(count) + (count == 1 ? " webhook" : " webhooks") + " got 503 meanwhile)";
}

}  // namespace

void TroubleLog::complain(std::string_view redis, std::string_view what, ngx_err_t error) {
    complained_ = true;
    const std::string cause = with_error(what, error);
    if (const auto kept_back = limits_.admit(cause, shared::LogLimit::Time(ngx_current_msec)))
        write(NGX_LOG_ERR, redis, cause, *kept_back);
}

void TroubleLog::connected(std::string_view redis) {
    if (std::exchange(complained_, false))
        write(NGX_LOG_NOTICE, redis, "connected again", limits_.take_kept_back());
}

void TroubleLog::write(ngx_uint_t level, std::string_view redis, std::string_view what,
                       unsigned long kept_back) {
    std::string line = "calendly: Redis at ";
    line.append(redis).append(": ").append(what);
    line += not_stored_note(std::exchange(not_stored_, 0)) + shared::suppressed_note(kept_back);
    ngx_log_error(level, ngx_cycle->log, 0, "%*s", line.size(), line.data());
}

}  // namespace edge::redis
