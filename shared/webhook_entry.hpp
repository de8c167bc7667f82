// One accepted webhook on its way through Redis: written by the edge, read by the agent.
//   XADD calendly:{<connector>}:webhooks * t <t> received_ms <ms> key <index> body <raw bytes>
// Or what somebody learned of Calendly's API, without a webhook; body: the webhook that there could have
// been.
//   XADD calendly:{<connector>}:history * t "" received_ms <ms> key api body <bytes> origin <backfill or
//        reconcile> [events 1] [lists 1]
// The names of its fields stand here and nowhere else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hiredis/hiredis.h>

namespace shared {

inline constexpr std::string_view webhook_group = "sync";

// [a-z0-9_-]{1,64}
bool is_connector_name(std::string_view name) noexcept;

// How all our keys begin. The braces, with a connector or an account's budgets in them, keep what belongs
// together on one slot of a cluster.
inline constexpr std::string_view tagged_key = "calendly:{";

// calendly:{<connector>}:<suffix>
std::string connector_key(std::string_view connector, std::string_view suffix);
std::string webhooks_key(std::string_view connector);
std::string history_key(std::string_view connector);
std::string dead_key(std::string_view connector);

// The fields of an entry.
namespace webhook_field {
inline constexpr std::string_view t = "t";                      // of the signature, as received
inline constexpr std::string_view received_ms = "received_ms";  // the edge's clock, Unix milliseconds
inline constexpr std::string_view key = "key";                  // index of the signing key that matched
inline constexpr std::string_view body = "body";                // raw bytes
// Those that an entry of the history stream has besides.
inline constexpr std::string_view origin = "origin";
inline constexpr std::string_view events = "events";
inline constexpr std::string_view lists = "lists";
// Those that an entry of the dead-letter stream has besides.
inline constexpr std::string_view reason = "reason";
inline constexpr std::string_view attempts = "attempts";
inline constexpr std::string_view failed_ms = "failed_ms";  // the agent's clock, Unix milliseconds
inline constexpr std::string_view response = "response";
// Also of one that was replayed, in the stream of webhooks.
inline constexpr std::string_view origin_id = "origin_id";  // in the stream where it was the first time
inline constexpr std::string_view replays = "replays";      // how often it was replayed; missing: never
}  // namespace webhook_field

// `key` of an entry that no webhook brought.
inline constexpr std::string_view api_key_name = "api";
// `origin` of an entry that no webhook brought.
namespace entry_origin {
inline constexpr std::string_view backfill = "backfill";    // from before the installation: quiet
inline constexpr std::string_view reconcile = "reconcile";  // a webhook that never came
}  // namespace entry_origin

struct WebhookEntry {
    std::string id;  // the stream's: <ms>-<sequence>
    std::string body;
    std::string t;
    std::int64_t received_ms = 0;
    std::string key;
    std::string origin = {};     // "" of a webhook
    bool with_events = false;    // origin backfill: its changes are told to automations, too
    bool with_lists = false;     // origin backfill: its bookings count for lists, too
    std::string origin_id = {};  // of one that was replayed: its first id
    std::uint64_t replays = 0;
};

// Appends the names and values of the entry's fields, in turn, as XADD takes them.
void append_fields(std::vector<std::string>& to, WebhookEntry entry);

// The fields of an entry but its body, and where it goes.
struct XaddHead {
    std::string_view stream;
    std::string_view t;
    std::int64_t received_ms;
    std::size_t key_index;
};

// Everything of the XADD command up to the body's bytes; the body and "\r\n" follow it.
void append_xadd_head(std::string& out, const XaddHead& head, std::size_t body_size);

// An [id, [field, value, ...]] reply. Nothing when it has another shape or no body.
std::optional<WebhookEntry> parse_webhook_entry(const redisReply& reply);

}  // namespace shared
