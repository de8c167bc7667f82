#include "shared/redis_url.hpp"

#include <charconv>
#include <optional>

#include <stdexcept>

namespace shared {
namespace {

constexpr unsigned max_database = 1'000'000;
constexpr std::size_t max_socket_path = 107;  // sun_path of <sys/un.h>
constexpr std::string_view host_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:%";

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

std::optional<unsigned> parse_number(std::string_view digits, unsigned max) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || value > max) return std::nullopt;
    return value;
}

unsigned parse_database(std::string_view digits) {
    const auto database = parse_number(digits, max_database);
    if (!database) throw std::invalid_argument("the database is not a number");
    return *database;
}

void parse_unix(std::string_view rest, RedisUrl& url) {
    const auto question = rest.find('?');
    url.socket_path = rest.substr(0, question);
    if (!url.socket_path.starts_with('/'))
        throw std::invalid_argument("the path of the socket must begin with '/'");
    if (url.socket_path.size() > max_socket_path)
        throw std::invalid_argument("the path of the socket is longer than 107 bytes, the system's limit");
    if (question == rest.npos) return;
    auto parameter = rest.substr(question + 1);
    if (!take_prefix(parameter, "db=")) throw std::invalid_argument("only ?db=<number> may follow the path");
    url.database = parse_database(parameter);
}

void parse_user(std::string_view user, RedisUrl& url) {
    if (user.find(':') != user.npos)
        throw std::invalid_argument(
            "no password in the URL: it belongs into calendly_redis_password_file (nginx) or redis.password "
            "(agent)");
    if (user.empty()) throw std::invalid_argument("the user before '@' is empty");
    url.user = user;
}

void parse_host(std::string_view text, RedisUrl& url) {
    std::string_view port;
    if (text.starts_with('[')) {
        const auto bracket = text.find(']');
        if (bracket == text.npos) throw std::invalid_argument("']' is missing after the IPv6 address");
        url.host = text.substr(1, bracket - 1);
        port = text.substr(bracket + 1);
    } else {
        const auto colon = text.find(':');
        url.host = text.substr(0, colon);
        port = colon == text.npos ? std::string_view() : text.substr(colon);
    }
    if (url.host.empty()) throw std::invalid_argument("the host is missing");
    if (url.host.find_first_not_of(host_characters) != url.host.npos)
        throw std::invalid_argument("the host has a character that no name and no address has");
    if (port.empty()) return;
    const auto number = port.front() == ':' ? parse_number(port.substr(1), 65535) : std::nullopt;
    if (!number || *number == 0) throw std::invalid_argument("the port is not a number from 1 to 65535");
    url.port = static_cast<std::uint16_t>(*number);
}

void parse_tcp(std::string_view rest, RedisUrl& url) {
    if (const auto at = rest.rfind('@'); at != rest.npos) {
        parse_user(rest.substr(0, at), url);
        rest.remove_prefix(at + 1);
    }
    if (const auto slash = rest.find('/'); slash != rest.npos) {
        if (slash + 1 < rest.size()) url.database = parse_database(rest.substr(slash + 1));
        rest = rest.substr(0, slash);
    }
    parse_host(rest, url);
}

}  // namespace

std::string RedisUrl::address() const {
    if (!socket_path.empty()) return "unix:" + socket_path;
    const bool v6 = host.find(':') != host.npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

RedisUrl parse_redis_url(std::string_view text) {
    RedisUrl url;
    if (take_prefix(text, "unix:")) {
        parse_unix(text, url);
    } else if (take_prefix(text, "redis://")) {
        parse_tcp(text, url);
    } else if (take_prefix(text, "rediss://")) {
        url.tls = true;
        parse_tcp(text, url);
    } else {
        throw std::invalid_argument(
            "a URL looks like redis://[user@]host:port/db or unix:/path[?db=n], with TLS rediss://...");
    }
    return url;
}

RedisUrl parse_sentinel_address(std::string_view text) {
    if (text.find_first_of("/@") != text.npos)
        throw std::invalid_argument(
            "a Sentinel is named by host:port alone, without user, scheme or database");
    RedisUrl address{.port = default_sentinel_port};
    parse_host(text, address);
    return address;
}

}  // namespace shared
