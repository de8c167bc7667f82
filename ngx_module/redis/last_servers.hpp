#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace edge::redis {

// Which server of each replication set served last. It lies in the memory that all workers share, so that a
// new worker, after a crash or a reload, begins with the server that the others use: the first URL may be an
// old master that has come back, and the agent would not find what it takes. Sets and servers are hashes of
// their names, 0 is none. No I/O.
class LastServers {
public:
    static constexpr std::size_t max_sets = 64;  // the sets after these begin with their first URL

    std::uint64_t of(std::uint64_t set) const noexcept {
        for (const Entry& entry : entries_)
            if (entry.set == set) return entry.server;
        return 0;
    }

    void remember(std::uint64_t set, std::uint64_t server) noexcept {
        for (Entry& entry : entries_) {
            std::uint64_t free = 0;
            if (!entry.set.compare_exchange_strong(free, set) && free != set) continue;
            entry.server = server;
            return;
        }
    }

private:
    struct Entry {
        std::atomic<std::uint64_t> set, server;
    };
    std::array<Entry, max_sets> entries_{};
};

}  // namespace edge::redis
