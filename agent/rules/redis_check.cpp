#include "rules/redis_check.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rules {
namespace {

using namespace std::chrono_literals;

constexpr auto late = 60s;
// A thousand entries at a tenth of what the APIs allow, while webhooks come.
constexpr auto late_history = 1h;
constexpr double nearly_full = 0.9;
constexpr std::size_t most_reasons = 3;

std::string_view value_of(const RedisInfo& info, std::string_view name) {
    const auto found = info.find(name);
    return found == info.end() ? std::string_view() : std::string_view(found->second);
}

std::int64_t number_of(std::string_view text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// "6.2.13": 602.
std::int64_t version_number(std::string_view version) {
    const auto dot = version.find('.');
    return 100 * number_of(version) + (dot == version.npos ? 0 : number_of(version.substr(dot + 1)));
}

Finding check_version(const RedisInfo& info) {
    constexpr auto id = "redis.version";
    const std::string version(value_of(info, "redis_version"));
    const auto valkey = value_of(info, "valkey_version");
    const auto shown = valkey.empty() ? "Redis " + version : fmt::format("Valkey {}", valkey);
    if (version_number(version) >= 602) return well(id, shown);
    return warning(id, shown, "XAUTOCLAIM, with which agents take over each other's work, came with 6.2",
                   "install Redis 6.2 or later, or Valkey");
}

Finding check_eviction(const RedisInfo& info) {
    constexpr auto id = "redis.eviction";
    const std::string policy(value_of(info, "maxmemory_policy"));
    if (policy == "noeviction") return well(id, "nothing is thrown away when memory is full");
    return warning(id, fmt::format("maxmemory-policy is {}", policy),
                   "a full Redis throws away what it keeps: bookings and what is known of people",
                   "redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf");
}

Finding check_persistence(const RedisInfo& info) {
    constexpr auto id = "redis.persistence";
    if (value_of(info, "aof_enabled") == "1") {
        if (value_of(info, "aof_last_write_status") != "err") return well(id, "the append-only file is on");
        return warning(id, "the append-only file cannot be written", "Redis says aof_last_write_status: err",
                       "look at Redis's log and at the space on its disk");
    }
    return warning(id, "there is no append-only file",
                   "a booking that nginx has answered 200 is lost when Redis or its machine dies",
                   "redis-cli CONFIG SET appendonly yes, and the same in redis.conf");
}

Finding check_memory(const RedisInfo& info) {
    constexpr auto id = "redis.memory";
    constexpr double megabyte = 1024 * 1024;
    const auto used = static_cast<double>(number_of(value_of(info, "used_memory")));
    const auto limit = static_cast<double>(number_of(value_of(info, "maxmemory")));
    if (limit <= 0) return well(id, fmt::format("{:.0f} MB used, no limit", used / megabyte));
    const auto summary = fmt::format("{:.0f} of {:.0f} MB used", used / megabyte, limit / megabyte);
    if (used < nearly_full * limit) return well(id, summary);
    return warning(id, summary, "when it is full nginx answers 503 and bookings wait at Calendly",
                   "raise maxmemory, or find out what fills it: redis-cli --bigkeys");
}

std::string age_text(std::chrono::milliseconds age) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(age).count();
    if (seconds < 120) return fmt::format("{} s", seconds);
    if (seconds < 7200) return fmt::format("{} min", seconds / 60);
    return fmt::format("{} h", seconds / 3600);
}

}  // namespace

RedisInfo parse_redis_info(std::string_view text) {
    RedisInfo info;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto colon = line.find(':');
        if (colon != line.npos) info.emplace(line.substr(0, colon), line.substr(colon + 1));
    }
    return info;
}

Findings check_redis_server(const RedisInfo& info) {
    return {check_version(info), check_eviction(info), check_persistence(info), check_memory(info)};
}

bool is_of_cluster(const RedisInfo& info) {
    return value_of(info, "cluster_enabled") == "1";
}

Finding check_cluster(const RedisInfo& info, const std::string& refusal) {
    constexpr auto id = "redis.cluster";
    if (!is_of_cluster(info)) return well(id, "no cluster");
    if (refusal.empty()) return well(id, "a cluster, whose slots may be moved");
    return warning(id, "a cluster whose slots cannot be moved", refusal,
                   "allow the agent's user +asking, and nginx's: conf/redis/calendly-brevo.acl");
}

Finding check_backlog(const Backlog& backlog) {
    constexpr auto id = "redis.backlog";
    if (backlog.webhooks == 0 && backlog.history == 0) return well(id, "nothing waits");
    auto summary = fmt::format("{} webhooks wait", backlog.webhooks);
    if (backlog.oldest) summary += fmt::format(", the oldest for {}", age_text(*backlog.oldest));
    if (backlog.history > 0) summary += fmt::format("; {} entries of history", backlog.history);
    if (backlog.oldest_history)
        summary += fmt::format(", the oldest for {}", age_text(*backlog.oldest_history));
    const bool is_late =
        backlog.oldest.value_or(0ms) > late || backlog.oldest_history.value_or(0ms) > late_history;
    if (!is_late) return well(id, summary);
    return warning(id, summary,
                   "no agent reads, an API is parked or slow, or more come than its limit allows",
                   "see agent.running and agent.parked, and the agent's log: journalctl -u calendly-brevo");
}

Finding check_dead_letters(std::int64_t count, const std::map<std::string, std::int64_t>& reasons) {
    constexpr auto id = "redis.dead";
    if (count == 0) return well(id, "no dead letters");
    std::vector<std::pair<std::int64_t, std::string>> most;
    for (const auto& [reason, times] : reasons) most.emplace_back(times, reason);
    std::ranges::sort(most, std::greater());
    if (most.size() > most_reasons) most.resize(most_reasons);
    std::vector<std::string> shown;
    for (const auto& [times, reason] : most) shown.push_back(fmt::format("{} times: {}", times, reason));
    return warning(id, fmt::format("{} dead letters", count), fmt::format("{}", fmt::join(shown, "; ")),
                   "look at them: calendly-brevo dead list --groups; once the cause is mended: "
                   "calendly-brevo dead replay "
                   "--reason ...");
}

}  // namespace rules
