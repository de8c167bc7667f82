#include "sandbox/rate_limit.hpp"

#include <algorithm>
#include <charconv>

namespace sandbox {
namespace {

std::optional<std::chrono::seconds> parse_window(std::string_view unit) {
    if (unit == "s") return std::chrono::seconds(1);
    if (unit == "min") return std::chrono::minutes(1);
    if (unit == "h") return std::chrono::hours(1);
    return std::nullopt;
}

}  // namespace

std::optional<Rate> parse_rate(std::string_view text) {
    if (text == "0") return Rate{};
    const auto slash = text.find('/');
    if (slash == text.npos) return std::nullopt;
    const auto window = parse_window(text.substr(slash + 1));
    Rate rate;
    const auto [end, error] = std::from_chars(text.data(), text.data() + slash, rate.limit);
    if (error != std::errc() || end != text.data() + slash || rate.limit < 1 || !window) return std::nullopt;
    rate.window = *window;
    return rate;
}

HeaderFields RateLimit::Verdict::headers(const std::string& prefix) const {
    return {{prefix + "limit", std::to_string(limit)},
            {prefix + "remaining", std::to_string(remaining)},
            {prefix + "reset", std::to_string(reset)}};
}

RateLimit::Verdict RateLimit::take(Instant at) {
    if (!limits()) return {};
    const std::int64_t seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
    const std::int64_t window = seconds / rate_.window.count();
    if (window != window_) taken_ = 0;
    window_ = window;
    Verdict verdict;
    verdict.allowed = taken_ < rate_.limit;
    if (verdict.allowed) ++taken_;
    verdict.limit = rate_.limit;
    verdict.remaining = rate_.limit - taken_;
    verdict.reset = (window + 1) * rate_.window.count() - seconds;
    return verdict;
}

}  // namespace sandbox
