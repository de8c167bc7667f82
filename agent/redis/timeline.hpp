// The timeline of a connector, to be read: what became of its bookings' changes. Commits and burials write
// it.
//   calendly:{<connector>}:timeline   stream: change_id, event, person, invitee, outcome, received_ms,
//                                     committed_ms, steps (JSON), reason
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "rules/timeline_entry.hpp"

namespace redis {

struct StoredTimelineEntry {
    std::string id;  // the stream's: <ms>-<sequence>
    rules::TimelineEntry entry;
};

struct TimelineFilter {
    std::string person;  // e-mail; "": anybody
    std::optional<rules::TimelineOutcome> outcome;
};

struct TimelinePage {
    std::vector<StoredTimelineEntry> items;
    std::string cursor;  // where the next page begins; "": there is none
};

struct TimelineNews {
    std::vector<StoredTimelineEntry> items;
    bool has_gap = false;  // of what came between some may be no longer there
};

// All throw Error.
class Timeline {
public:
    virtual ~Timeline() = default;

    // At most `count`, newest first, from `cursor` on ("": from the newest). What comes meanwhile moves
    // nothing. A page may have fewer, even none, and a next one all the same: it looks at a bounded number.
    // Throws std::invalid_argument for a cursor that no page gave.
    virtual boost::asio::awaitable<TimelinePage> page(TimelineFilter filter, std::string cursor,
                                                      std::size_t count) = 0;

    // At most `count` that came behind the one with this id, oldest first. Throws std::invalid_argument when
    // it is no id.
    virtual boost::asio::awaitable<TimelineNews> after(std::string id, std::size_t count) = 0;

    // The id of the last one that was written; "0-0" when there is none.
    virtual boost::asio::awaitable<std::string> newest() = 0;
};

}  // namespace redis
