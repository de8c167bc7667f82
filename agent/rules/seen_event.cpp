#include "rules/seen_event.hpp"

#include <charconv>

#include <fmt/format.h>

namespace rules {
namespace {

using std::chrono::seconds;

std::string mark_of(const calendly::ListedEvent& event) {
    return fmt::format("{} {} {}/{}", event.last_changed_at, event.status, event.active, event.total);
}

std::int64_t seconds_of(Timestamp time) {
    return std::chrono::floor<seconds>(time).time_since_epoch().count();
}

// Takes "<seconds> " off the front.
std::optional<Timestamp> take_time(std::string_view& text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end == text.data() + text.size() || *end != ' ') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return Timestamp(seconds(value));
}

}  // namespace

SeenEvent seen(const calendly::ListedEvent& event, Timestamp read_at) {
    return {mark_of(event), std::chrono::floor<seconds>(read_at),
            std::chrono::floor<seconds>(event.event.start_time.value_or(Timestamp{}))};
}

std::string to_text(const SeenEvent& seen) {
    auto text = fmt::format("{} {} {}", seconds_of(seen.read_at), seconds_of(seen.starts_at), seen.mark);
    if (seen.puzzled_since != Timestamp{}) text = fmt::format("?{} {}", seconds_of(seen.puzzled_since), text);
    return text;
}

std::optional<SeenEvent> parse_seen(std::string_view text) {
    std::optional<Timestamp> puzzled_since = Timestamp{};
    if (text.starts_with('?')) {
        text.remove_prefix(1);
        puzzled_since = take_time(text);
    }
    const auto read_at = puzzled_since ? take_time(text) : std::nullopt;
    const auto starts_at = read_at ? take_time(text) : std::nullopt;
    if (!starts_at) return std::nullopt;
    return SeenEvent{std::string(text), *read_at, *starts_at, *puzzled_since};
}

bool needs_reading(const calendly::ListedEvent& event, const std::optional<SeenEvent>& seen, Timestamp now) {
    if (!seen || seen->puzzled_since != Timestamp{} || seen->mark != mark_of(event)) return true;
    const auto end = event.event.end_time;
    if (!end || *end > now || event.status == "canceled") return false;
    return seen->read_at < *end || now - seen->read_at >= std::chrono::days(1);
}

}  // namespace rules
