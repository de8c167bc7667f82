#include "redis/stream_id.hpp"

#include <charconv>

namespace redis {
namespace {

bool read_whole(std::string_view text, std::uint64_t& number) {
    const auto* end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data(), end, number);
    return !text.empty() && error == std::errc() && read == end;
}

}  // namespace

std::optional<StreamId> parse_stream_id(std::string_view text) {
    StreamId id;
    const auto dash = text.find('-');
    if (!read_whole(text.substr(0, dash), id.ms)) return std::nullopt;
    if (dash != text.npos && !read_whole(text.substr(dash + 1), id.sequence)) return std::nullopt;
    return id;
}

std::string to_string(const StreamId& id) {
    return std::to_string(id.ms) + "-" + std::to_string(id.sequence);
}

std::int64_t ms_of(std::string_view id) {
    return static_cast<std::int64_t>(parse_stream_id(id).value_or(StreamId{}).ms);
}

}  // namespace redis
