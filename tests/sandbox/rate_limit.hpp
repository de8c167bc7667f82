// Fixed windows aligned to the clock, as hosted APIs count: at most `limit` calls in each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/clock.hpp"

namespace sandbox {

struct Rate {
    std::int64_t limit = 0;  // 0: no limit
    std::chrono::seconds window{1};
};

// Names and values of header fields.
using HeaderFields = std::vector<std::pair<std::string, std::string>>;

// "10/s", "500/min", "100/h", "0". Nothing for any other form.
std::optional<Rate> parse_rate(std::string_view text);

class RateLimit {
public:
    struct Verdict {
        bool allowed = true;
        std::int64_t limit = 0;
        std::int64_t remaining = 0;
        std::int64_t reset = 0;  // seconds until the window ends, at least 1

        // "<prefix>limit", "<prefix>remaining", "<prefix>reset".
        HeaderFields headers(const std::string& prefix) const;
    };

    explicit RateLimit(Rate rate) : rate_(rate) {}
    bool limits() const { return rate_.limit > 0; }
    Verdict take(Instant at);

private:
    Rate rate_;
    std::int64_t window_ = -1;
    std::int64_t taken_ = 0;
};

}  // namespace sandbox
