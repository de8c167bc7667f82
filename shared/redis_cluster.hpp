// Redis Cluster, as far as a client meets it: a key lies on one node, and a node that is asked for another
// one's key names that one. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shared {

// Another node serves the key; the command was not carried out.
struct RedisRedirection {
    bool asks = false;       // ASK: for this command alone, with ASKING before it; else MOVED: from now on
    std::string host;        // a name or an address; empty: that of the node which says so
    std::uint16_t port = 0;  // of TCP, never 0
    bool operator==(const RedisRedirection&) const = default;
};

// Of "MOVED <slot> <host>:<port>" and "ASK <slot> <host>:<port>"; nothing of any other error.
std::optional<RedisRedirection> redirection_in(std::string_view error);

// An error that says that the cluster cannot carry out the command now, and has not: its slot is just being
// moved (TRYAGAIN), or nobody serves it, or the cluster is down (CLUSTERDOWN).
bool cluster_is_not_ready(std::string_view error) noexcept;

// The user has no right to the ASKING that goes before a command which a node was asked to take.
bool forbids_asking(std::string_view error) noexcept;
inline constexpr std::string_view allow_asking =
    "allow +asking, without which no slot of a cluster can be moved";

// What stands between the braces of a key, which alone says where it lies; empty when there are none.
std::string_view hash_tag(std::string_view key) noexcept;

}  // namespace shared
