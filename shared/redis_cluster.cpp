#include "shared/redis_cluster.hpp"

#include <charconv>

#include "shared/redis_handshake.hpp"

namespace shared {
namespace {

// Of what begins with `word` and a space: the rest.
std::optional<std::string_view> after(std::string_view word, std::string_view text) {
    if (!text.starts_with(word) || text.substr(word.size()).substr(0, 1) != " ") return std::nullopt;
    return text.substr(word.size() + 1);
}

std::optional<std::uint16_t> port_in(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

}  // namespace

std::optional<RedisRedirection> redirection_in(std::string_view error) {
    const auto moved = after("MOVED", error);
    const auto asked = after("ASK", error);
    if (!moved && !asked) return std::nullopt;
    const auto words = moved ? *moved : *asked;
    const auto space = words.find(' ');
    if (space == words.npos) return std::nullopt;
    const auto place = words.substr(space + 1);
    const auto colon = place.rfind(':');  // an IPv6 address stands there without brackets
    if (colon == place.npos) return std::nullopt;
    const auto port = port_in(place.substr(colon + 1));
    if (!port) return std::nullopt;
    const auto host = place.substr(0, colon);
    const bool is_told = host != "?";  // a node that shall be known by a name and has none
    return RedisRedirection{!moved, is_told ? std::string(host) : std::string(), *port};
}

bool cluster_is_not_ready(std::string_view error) noexcept {
    return error.starts_with("TRYAGAIN") || error.starts_with("CLUSTERDOWN");
}

bool forbids_asking(std::string_view error) noexcept {
    return is_forbidden(error) && error.find("'asking'") != error.npos;
}

std::string_view hash_tag(std::string_view key) noexcept {
    const auto begin = key.find('{');
    if (begin == key.npos) return {};
    const auto end = key.find('}', begin);
    return end == key.npos ? std::string_view() : key.substr(begin + 1, end - begin - 1);
}

}  // namespace shared
