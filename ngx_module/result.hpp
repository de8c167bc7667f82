#pragma once

#include <cstddef>
#include <string_view>

namespace edge {

// What became of a webhook: the values of $calendly_result.
enum class Result {
    none,  // not decided, or refused for another reason than the signature or Redis (405, 413)
    accepted,
    missing_signature,
    malformed_signature,
    bad_signature,      // no key matches
    stale,              // t lies outside the window
    redis_unavailable,  // no connection, or it broke while the webhook waited
    redis_timeout,
    redis_error,  // Redis answered, but not with a stream ID
    overload,     // too many webhooks wait for Redis
};

inline constexpr std::size_t result_count = static_cast<std::size_t>(Result::overload) + 1;

constexpr std::string_view name(Result result) noexcept {
    switch (result) {
        case Result::none:
            return "";
        case Result::accepted:
            return "accepted";
        case Result::missing_signature:
            return "missing_signature";
        case Result::malformed_signature:
            return "malformed_signature";
        case Result::bad_signature:
            return "bad_signature";
        case Result::stale:
            return "stale";
        case Result::redis_unavailable:
            return "redis_unavailable";
        case Result::redis_timeout:
            return "redis_timeout";
        case Result::redis_error:
            return "redis_error";
        case Result::overload:
            return "overload";
    }
    return "";
}

}  // namespace edge
