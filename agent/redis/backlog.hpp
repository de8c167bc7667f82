// What waits in the streams of a connector, and who works on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace redis {

// A member of the group that consumes webhooks: an agent.
struct SeenAgent {
    std::string name;
    std::int64_t idle_ms = 0;  // since it last asked for entries
};

struct Backlog {
    std::uint64_t webhooks = 0;             // entries that wait or are in work
    std::optional<std::int64_t> oldest_ms;  // when the edge had the oldest of them; nothing: none waits
    std::uint64_t history = 0;              // entries of back-fills and reconciliations
    std::optional<std::int64_t> history_oldest_ms{};  // when the oldest of them was put there
    std::uint64_t dead_letters = 0;
    std::optional<std::int64_t> dead_since_ms;  // when the oldest was buried
    std::vector<SeenAgent> agents;
    bool is_reconciliation_wanted = false;
};

class BacklogGauge {
public:
    virtual ~BacklogGauge() = default;

    // In one step, without reading a body. Throws Error; MissingRight when it is the user who may not look.
    virtual boost::asio::awaitable<Backlog> look() = 0;
};

}  // namespace redis
