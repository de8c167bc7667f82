#include "config/read_redis.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/shown.hpp"
#include "config/values.hpp"
#include "net/tls.hpp"

namespace config {
namespace {

constexpr std::array ways = {"url", "urls", "sentinels"};

// Which of the three ways to name servers is taken; nothing: the default URL.
std::optional<std::string_view> chosen_way(const Section& section) {
    std::optional<std::string_view> chosen;
    for (const auto* way : ways) {
        if (!section.has(way)) continue;
        if (chosen)
            section.fail(way, fmt::format("{} stands here, too: name the servers by one of {}", *chosen,
                                          fmt::join(ways, ", ")));
        chosen = way;
    }
    return chosen;
}

void check_that_none_stands_twice(const Section& section, std::string_view key,
                                  const std::vector<shared::RedisUrl>& servers) {
    const auto address = [](const shared::RedisUrl& server) { return server.address(); };
    for (std::size_t i = 1; i < servers.size(); ++i) {
        const auto same = std::ranges::find(servers, servers[i].address(), address) - servers.begin();
        if (static_cast<std::size_t>(same) < i)
            section.fail(key,
                         fmt::format("numbers {} and {} of the list are the same server", same + 1, i + 1));
    }
}

void read_urls(const Section& section, std::optional<std::string_view> way, Redis& redis) {
    if (way == "urls") {
        redis.urls = section.parsed_list("urls", shared::parse_redis_url);
        check_that_none_stands_twice(section, "urls", redis.urls);
    } else {
        redis.urls = {section.parsed("url", "redis://127.0.0.1:6379/0", shared::parse_redis_url)};
    }
    for (const auto* key : {"master", "user", "database", "tls", "sentinel_user", "sentinel_password"})
        if (section.has(key))
            section.fail(
                key, "is only for sentinels; without them the URL says it: rediss://user@host:port/database");
    const bool has_user = std::ranges::any_of(redis.urls, [](const auto& url) { return !url.user.empty(); });
    if (has_user && redis.password.empty())
        section.fail("password", "missing: the user in the URL needs one");
}

unsigned parse_database(std::string_view text) {
    return shared::parse_redis_url(fmt::format("redis://127.0.0.1/{}", text)).database;
}

void read_sentinels(const Section& section, Redis& redis) {
    redis.sentinels = section.parsed_list("sentinels", shared::parse_sentinel_address);
    check_that_none_stands_twice(section, "sentinels", redis.sentinels);
    const bool tls = section.boolean("tls", false);
    for (auto& sentinel : redis.sentinels) sentinel.tls = tls;
    if (!section.has("master"))
        section.fail_here("master is missing: the name in the Sentinels' 'sentinel monitor <name> ...'");
    redis.master = section.required_text("master");
    redis.user = section.text("user", "");
    redis.database = section.parsed("database", "0", parse_database);
    redis.sentinel_user = section.text("sentinel_user", "");
    redis.sentinel_password = section.secret("sentinel_password");
    if (!redis.user.empty() && redis.password.empty())
        section.fail("user", "password is missing: the user needs one");
    if (!redis.sentinel_user.empty() && redis.sentinel_password.empty())
        section.fail("sentinel_user", "sentinel_password is missing: the user needs one");
}

void read_tls(const Section& section, Redis& redis) {
    const std::array files = {"ca_file", "certificate", "certificate_key"};
    for (const auto* key : files)
        if (section.has(key) && !redis.has_tls())
            section.fail(key, "no TLS is spoken here: use rediss:// in the URL, or tls: true with sentinels");
    if (section.has("certificate") != section.has("certificate_key"))
        section.fail_here("certificate and certificate_key go together");
    redis.tls.ca_file = section.parsed("ca_file", "", parse_ca_file);
    redis.tls.certificate = section.text("certificate", "");
    redis.tls.certificate_key = section.parsed("certificate_key", "", [&](const std::string& path) {
        if (path.empty()) return path;
        try {
            net::make_client_context(redis.tls.ca_file, {redis.tls.certificate, path});
        } catch (const std::invalid_argument&) {
            if (is_plain_path(path) && is_plain_path(redis.tls.certificate)) throw;
            throw std::invalid_argument("certificate and certificate_key cannot be read from the files " +
                                        shown_path(""));
        }
        section.note_file("certificate_key", path);
        return path;
    });
}

}  // namespace

Redis read_redis(const Section& section) {
    section.allow({"url", "urls", "sentinels", "master", "user", "password", "database", "sentinel_user",
                   "sentinel_password", "tls", "ca_file", "certificate", "certificate_key"});
    Redis redis;
    redis.password = section.secret("password");
    const auto way = chosen_way(section);
    if (way == "sentinels")
        read_sentinels(section, redis);
    else
        read_urls(section, way, redis);
    read_tls(section, redis);
    return redis;
}

}  // namespace config
