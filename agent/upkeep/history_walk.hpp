// The walk over Calendly's meetings and their invitees that finds what no webhook told of.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "rules/seen_event.hpp"
#include "upkeep/history_appender.hpp"
#include "upkeep/history_world.hpp"
#include "upkeep/waiting_changes.hpp"

namespace upkeep {

// How far a walk is: all that start earlier are done, and of those that start then, these.
struct WalkPosition {
    Timestamp at;
    std::set<std::string> visited;  // URIs
};

struct WalkSettings {
    Timestamp from;  // of the meetings' start, both ends included
    Timestamp to;
    std::optional<WalkPosition> resume{};  // where an interrupted walk goes on
    HistoryFigures begun_with{};           // what it had done
    std::string status;                    // active, canceled; "": both
    std::set<std::string> event_types;     // URIs; empty: all
    bool is_of_one_user = false;           // only meetings of the user whose token it is
    std::set<std::string> changes;         // as Calendly names them: "invitee.created"; empty: all
    HistoryOrigin origin;
    bool is_cheap = false;                      // invitees only where something differs from what was seen
    bool is_dry = false;                        // nothing is written
    std::chrono::microseconds leave_younger{};  // changes that are younger are left to the next walk
    bool leaves_dead_letters = false;           // a change in a dead letter was told of
    std::size_t most_bytes = 16 << 20;          // of changes that are collected before they are appended
    std::chrono::seconds longest_collecting{120};
    Timestamp forget_before{};  // meetings that start earlier are not looked at any more
    // Called when something was appended, of a stretch that is not done.
    std::function<boost::asio::awaitable<void>()> on_appended{};
    // Called when everything up to `position` is appended.
    std::function<boost::asio::awaitable<void>(const WalkPosition& position)> on_settled{};
};

// Meetings are listed by their start, and a stretch of them is read before its changes are appended person by
// person. A crash at any point repeats the stretch, whose entries that are in the stream already are known. A
// listing is begun anew for each stretch, as page tokens do not last.
class HistoryWalk {
public:
    HistoryWalk(HistoryWorld& world, WalkSettings settings);

    // Throws HistoryError, redis::Error, Interrupted, and what wait_after() throws.
    boost::asio::awaitable<void> run();

    const HistoryFigures& figures() const noexcept { return figures_; }
    const HistoryAppender& appender() const noexcept { return appender_; }

private:
    // A meeting whose invitees were read.
    struct Read {
        std::string id;
        rules::SeenEvent seen;
        Timestamp puzzled_since;  // as the walk before noted it
        Timestamp told_until;     // of what happened earlier a walk has told, though nobody may remember
        bool is_settled = true;   // nothing of it is left to the next walk
    };
    // Whether a meeting's invitees are to be read, and what was noted of them.
    struct Reading {
        bool is_due = true;
        Timestamp puzzled_since{};
        Timestamp told_until{};
    };
    struct Pending {
        calendly::ListedInvitee invitee;
        std::shared_ptr<const calendly::ListedEvent> event;
        std::shared_ptr<Read> read;
    };
    using EventPage = calendly::ListPage<calendly::ListedEvent>;

    boost::asio::awaitable<void> begin();
    boost::asio::awaitable<bool> collect();
    boost::asio::awaitable<EventPage> list(std::string token);
    boost::asio::awaitable<bool> visit(EventPage page);
    boost::asio::awaitable<std::vector<Reading>> which_to_read(const EventPage& page);
    boost::asio::awaitable<void> read_invitees(calendly::ListedEvent event, Reading reading);
    void add(calendly::ListedInvitee invitee, std::shared_ptr<const calendly::ListedEvent> event,
             std::shared_ptr<Read> read);
    boost::asio::awaitable<void> examine();
    boost::asio::awaitable<void> fetch_half(std::string uri, std::shared_ptr<Read> read);
    boost::asio::awaitable<void> settle();
    boost::asio::awaitable<void> forget_old();

    void examine(const Pending& pending, const rules::Ledger& ledger, const std::string& person);
    bool is_wanted(const calendly::ListedEvent& event) const;
    bool is_done_with(const rules::MissedChange& change, const std::string& person, Read& read);
    bool is_forgotten(const Pending& pending, const rules::Ledger& ledger) const;
    bool is_left(const rules::MissedChange& change, Read& read) const;
    bool was_visited(const calendly::ListedEvent& event) const;
    void note_visited(const calendly::ListedEvent& event);
    void note_failure(const std::string& what);
    bool is_full() const;

    HistoryWorld& world_;
    WalkSettings settings_;
    HistoryFigures figures_;
    WaitingChanges waiting_;
    HistoryAppender appender_;

    calendly::Owner owner_;
    std::string own_uri_;  // of the user whose token it is
    WalkPosition position_;
    Timestamp listed_from_;  // where the present listing began
    std::chrono::steady_clock::time_point stretch_end_;
    bool is_stretch_empty_ = true;
    std::vector<std::shared_ptr<Read>> read_;  // since the last settle()
    std::vector<Pending> pending_;             // read and not examined
    std::unordered_set<std::size_t> found_;    // invitees, by the hash of their URI
};

}  // namespace upkeep
