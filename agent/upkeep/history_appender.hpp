// Brings missed changes into the stream of history, person by person, so that each person is written once.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "upkeep/history_world.hpp"
#include "upkeep/waiting_changes.hpp"

namespace upkeep {

// How entries are marked; see shared/webhook_entry.hpp.
struct HistoryOrigin {
    std::string name;
    bool with_events = false;
    bool with_lists = false;
};

class HistoryAppender {
public:
    // At most so many entries wait in the stream for their consumer.
    static constexpr std::size_t most_waiting = 1000;

    // Memory: about `most_bytes` of bodies are collected, and what one meeting brings above it.
    HistoryAppender(HistoryWorld& world, WaitingChanges& waiting, HistoryOrigin origin,
                    std::size_t most_bytes)
        : world_(world), waiting_(waiting), origin_(std::move(origin)), most_bytes_(most_bytes) {}

    void add(const std::string& person, rules::MissedChange change);
    bool is_full() const noexcept { return bytes_ >= most_bytes_; }

    // Appends what was collected and is still not known, and counts it. While too much waits in the stream,
    // waits as well. `on_appended`: called now and then. Throws redis::Error, Interrupted.
    boost::asio::awaitable<void> flush(HistoryFigures& figures,
                                       std::function<boost::asio::awaitable<void>()> on_appended = {});

    // Of all that was appended: the ids of the first and the last one; "" when nothing was.
    const std::string& first_id() const noexcept { return first_id_; }
    const std::string& last_id() const noexcept { return last_id_; }

private:
    using Changes = std::vector<rules::MissedChange>;
    struct Person {
        std::string name;
        Changes changes;
    };

    boost::asio::awaitable<void> drop_known(std::vector<Person>& group);
    boost::asio::awaitable<void> append(Changes changes);
    shared::WebhookEntry entry_of(rules::MissedChange change) const;

    HistoryWorld& world_;
    WaitingChanges& waiting_;
    HistoryOrigin origin_;
    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::map<std::string, Changes> people_;
    std::string first_id_, last_id_;
};

}  // namespace upkeep
