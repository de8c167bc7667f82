// Entries of one person that are worked on together.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "calendly/parse.hpp"
#include "calendly/types.hpp"
#include "redis/stream_id.hpp"
#include "rules/hearing.hpp"
#include "shared/webhook_entry.hpp"

namespace syncing {

struct Item {
    shared::WebhookEntry entry;
    calendly::Delivery delivery;
};
using Batch = std::vector<Item>;

// The entry with what its body says. Throws calendly::ShapeError; then the entry is left as it was.
inline Item read_item(shared::WebhookEntry&& entry) {
    auto delivery = calendly::parse_delivery(entry.body);
    return {std::move(entry), std::move(delivery)};
}

// When the edge received it, by the edge's clock: what the API was asked earlier does not count.
inline std::chrono::system_clock::time_point received_at(const Item& item) {
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(item.entry.received_ms));
}

// How the entry tells of changes.
inline rules::Telling telling_of(const shared::WebhookEntry& entry) {
    return {entry.origin == shared::entry_origin::backfill, entry.origin == shared::entry_origin::reconcile,
            entry.with_events, entry.with_lists,
            rules::Timestamp(std::chrono::milliseconds(redis::ms_of(entry.id)))};
}

inline std::vector<std::string> ids_of(const Batch& batch) {
    std::vector<std::string> ids;
    ids.reserve(batch.size());
    for (const auto& item : batch) ids.push_back(item.entry.id);
    return ids;
}

}  // namespace syncing
