// What the producers of history keep in Redis: who is at work, how far they are, what they have seen, and the
// end of the stream that they append to.
//   calendly:{<connector>}:history             stream: what they learned, see shared/webhook_entry.hpp
//   calendly:{<connector>}:seen                hash: <event's id> -> what was seen of the meeting
//   calendly:{<connector>}:backfill:lock, backfill:walk, reconcile:lock, rotation:lock    who is at work; expire
//   calendly:{<connector>}:backfill:cursor     where an interrupted back-fill goes on
//   calendly:{<connector>}:reconcile:last, reconcile:wanted
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "shared/webhook_entry.hpp"

namespace redis {

// The streams that a change may wait in.
enum class WaitingIn { webhooks, history, dead };

// All throw Error.
class HistoryStore {
public:
    virtual ~HistoryStore() = default;

    // At the end of the stream, all or none; gives their ids. None while more than `most_waiting` would wait
    // there.
    virtual boost::asio::awaitable<std::vector<std::string>> append(std::vector<shared::WebhookEntry> entries,
                                                                    std::size_t most_waiting) = 0;
    // How many wait in the stream.
    virtual boost::asio::awaitable<std::int64_t> waiting(WaitingIn stream) = 0;
    // At most `count` entries behind the one with this id ("0-0": from the beginning).
    virtual boost::asio::awaitable<std::vector<shared::WebhookEntry>> entries_after(WaitingIn stream,
                                                                                    std::string id,
                                                                                    std::size_t count) = 0;
    // Whether one of the entries between these two, both included, still waits in the history stream.
    virtual boost::asio::awaitable<bool> waits_between(std::string first, std::string last) = 0;

    // Takes the lock for 30 s, or prolongs it; false: another process has it.
    virtual boost::asio::awaitable<bool> lock(std::string name) = 0;
    virtual boost::asio::awaitable<void> unlock(std::string name) = 0;

    // Small texts.
    virtual boost::asio::awaitable<std::optional<std::string>> read(std::string name) = 0;
    virtual boost::asio::awaitable<void> write(std::string name, std::string text) = 0;
    virtual boost::asio::awaitable<void> erase(std::string name) = 0;
    // Unless another text has come to stand there.
    virtual boost::asio::awaitable<void> erase_this(std::string name, std::string text) = 0;

    // Of meetings, by id, in the order of `ids`.
    virtual boost::asio::awaitable<std::vector<std::optional<std::string>>> seen(
        std::vector<std::string> ids) = 0;
    virtual boost::asio::awaitable<void> note_seen(
        std::vector<std::pair<std::string, std::string>> meetings) = 0;
    // A part of all that were seen, and the cursor for the next one; it begins and ends with "0".
    struct SeenPart {
        std::string next_cursor;
        std::vector<std::pair<std::string, std::string>> meetings;
    };
    virtual boost::asio::awaitable<SeenPart> scan_seen(std::string cursor) = 0;
    virtual boost::asio::awaitable<void> forget_seen(std::vector<std::string> ids) = 0;
};

// Names for read(), write(), erase(), lock().
namespace history_name {
inline constexpr const char* backfill_cursor = "backfill:cursor";
inline constexpr const char* backfill_lock = "backfill:lock";
inline constexpr const char* backfill_walk = "backfill:walk";  // a lock, too: until all is appended
inline constexpr const char* reconcile_lock = "reconcile:lock";
inline constexpr const char* rotation_lock = "rotation:lock";
inline constexpr const char* reconcile_last = "reconcile:last";      // when the last run began, Unix ms
inline constexpr const char* reconcile_wanted = "reconcile:wanted";  // is there: a run is due at once
}  // namespace history_name

}  // namespace redis
