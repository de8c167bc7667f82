// Ids of a stream's entries: <Unix ms>-<sequence>.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace redis {

struct StreamId {
    std::uint64_t ms = 0;
    std::uint64_t sequence = 0;

    auto operator<=>(const StreamId&) const = default;
};

// Nothing when the text is no id. The sequence may be missing: 0.
std::optional<StreamId> parse_stream_id(std::string_view text);
std::string to_string(const StreamId& id);

// When the entry came; 0 when the text is no id.
std::int64_t ms_of(std::string_view id);

}  // namespace redis
