// The JSON of what operators see, alike in commands and over HTTP. `reveals`: e-mail addresses and bodies as
// they are; otherwise masked.
#pragma once

#include <optional>

#include <boost/json/object.hpp>

#include "operating/dead_letters.hpp"
#include "operating/forget.hpp"
#include "redis/dead_letter_desk.hpp"
#include "redis/pause_switch.hpp"
#include "redis/timeline.hpp"

namespace operating {

// JSON is UTF-8, whatever somebody sent or stored.
boost::json::string json_text(std::string_view text);

// An e-mail address, masked unless `reveals`; "" stays "".
std::string shown_person(const std::string& person, bool reveals);

// {"id", "change_id", "event", "person": text or null, "invitee": the last part of its URI or null,
// "outcome",
//  "received_ms", "committed_ms", "steps", "reason"?}
boost::json::object to_json(const redis::StoredTimelineEntry& stored, bool reveals);
// {"items", "cursor": text or null}
boost::json::object to_json(const redis::TimelinePage& page, bool reveals);

// {"id", "origin_id", "reason", "status": number or "none", "attempts", "failed_ms", "received_ms",
// "replays",
//  "person": text or null, "event": text or null, "size", "superseded"}
boost::json::object to_json(const SeenLetter& seen, bool reveals);
// The same and {"body": text, or "body_base64" when it is not UTF-8, which is never masked and left out then,
// "body_is_json", "response"}
boost::json::object to_json_with_body(const SeenLetter& seen, bool reveals);
boost::json::object to_json(const std::vector<SeenLetter>& items, const std::string& cursor, bool reveals);

// {"items": [{"reason", "status", "count", "oldest_ms", "newest_ms"}]}
boost::json::object to_json(const std::vector<redis::LetterGroup>& groups);
// {"replayed", "missing"}
boost::json::object to_json(const redis::Replayed& replayed);

// {"paused": true, "by", "reason", "since_ms"} or {"paused": false}
boost::json::object to_json(const std::optional<redis::Pause>& pause);

// {"person", "dry_run", "erased": {"webhooks", "history", "dead_letters", "timeline", "ledger", "leases",
//  "site_bookings"}, "brevo": "deleted", "absent", "would_delete" or null}
boost::json::object to_json(const Forgotten& forgotten);

}  // namespace operating
