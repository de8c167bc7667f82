// Changes that need no entry of history, because one is on its way.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_set>

#include <boost/asio/awaitable.hpp>

#include "redis/history_store.hpp"
#include "rules/missed_change.hpp"

namespace upkeep {

// Remembers every change that waited at some time: one that waits no longer is in its person's ledger, where
// whoever asks looks afterwards. A few bytes each.
class WaitingChanges {
public:
    explicit WaitingChanges(redis::HistoryStore& store) : store_(store) {}

    // Both throw redis::Error. What was read of a stream is not read again.
    boost::asio::awaitable<void> read(redis::WaitingIn stream);

    bool contains(const rules::MissedChange& change) const {
        return was_read(change) || own_.contains(hash(change.delivery_id));
    }
    // Somebody else put it there.
    bool was_read(const rules::MissedChange& change) const {
        return read_.contains(hash(change.delivery_id));
    }
    // It will be there.
    void add(const rules::MissedChange& change) { own_.insert(hash(change.delivery_id)); }

private:
    static std::size_t hash(const std::string& text) { return std::hash<std::string>{}(text); }
    void add(const shared::WebhookEntry& entry);

    redis::HistoryStore& store_;
    std::string read_until_[3] = {"0-0", "0-0", "0-0"};  // ids, by stream
    std::unordered_set<std::size_t> read_, own_;
};

}  // namespace upkeep
