#include "sync/intake.hpp"

#include <fmt/format.h>

#include "redis/error.hpp"
#include "redis/upkeep_store.hpp"
#include "rules/person.hpp"
#include "rules/probe.hpp"
#include "text/mask.hpp"

namespace syncing {

namespace asio = boost::asio;
using calendly::DeliveryKind;

Intake::Intake(bool log_webhooks, redis::EntryQueue& queue, redis::UpkeepStore& upkeep,
               DeadLetters& dead_letters, CalendlyLookup& lookup, Lanes& lanes, Counters& counters,
               Troubles& troubles, std::shared_ptr<spdlog::logger> log)
    : log_webhooks_(log_webhooks),
      queue_(queue),
      upkeep_(upkeep),
      dead_letters_(dead_letters),
      lookup_(lookup),
      lanes_(lanes),
      counters_(counters),
      troubles_(troubles),
      log_(std::move(log)),
      limited_log_(log_) {}

asio::awaitable<void> Intake::accept(redis::Read read) {
    Leftovers leftovers;
    sort(std::move(read), leftovers);
    if (!leftovers.probes.empty()) co_await note(std::move(leftovers.probes));
    if (!leftovers.ids.empty()) co_await queue_.discard(std::move(leftovers.ids));
    for (auto& malformed : leftovers.malformed) co_await bury(std::move(malformed));
}

void Intake::sort(redis::Read read, Leftovers& leftovers) {
    for (auto& entry : read.entries) sort_entry(std::move(entry), leftovers);
    for (auto& id : read.unreadable) {
        Malformed malformed{{}, EntryFault::lacks("the entry has no body")};
        malformed.entry.id = std::move(id);
        leftovers.malformed.push_back(std::move(malformed));
    }
}

void Intake::sort_entry(shared::WebhookEntry entry, Leftovers& leftovers) {
    try {
        if (log_webhooks_) log_->info("webhook {}: {}", entry.id, text::mask_body(entry.body));
        auto item = read_item(std::move(entry));
        note_oddities(item);
        sort_item(std::move(item), leftovers);
    } catch (const calendly::ShapeError& error) {
        counters_.pace.note_received(entry.received_ms);
        leftovers.malformed.push_back({std::move(entry), EntryFault(error)});
    } catch (const std::exception& error) {
        troubles_.note(error, "and are taken up again within a minute");
    }
}

// Only the place is named: what stands there may be anything.
void Intake::note_oddities(const Item& item) {
    for (const auto& place : item.delivery.oddities) {
        ++counters_.fallbacks[{Fallback::odd_member, place}];
        limited_log_.warn(place, fmt::format("entry {}: {}: {}; what can be read of it is used",
                                             item.entry.id, rules::to_string(Fallback::odd_member), place));
    }
}

void Intake::sort_item(Item item, Leftovers& leftovers) {
    if (item.delivery.event == rules::probe_event) return take_probe(item.entry, leftovers);
    if (item.entry.origin.empty()) counters_.pace.note_received(item.entry.received_ms);
    auto person = rules::person_in(item.delivery);
    if (!person.empty()) return lanes_.push(std::move(person), std::move(item));
    if (item.delivery.invitee) {
        leftovers.malformed.push_back({std::move(item.entry), EntryFault::lacks("payload.email: empty")});
        return;
    }
    if (item.delivery.kind == DeliveryKind::event_type) lookup_.forget_event_type(item.delivery.resource_uri);
    log_->debug("entry {}: {} needs nothing", item.entry.id, item.delivery.event);
    ++counters_.entries[EntryOutcome::ignored];
    leftovers.ids.push_back(std::move(item.entry.id));
}

void Intake::take_probe(const shared::WebhookEntry& entry, Leftovers& leftovers) {
    ++counters_.entries[EntryOutcome::probe];
    if (auto id = rules::probe_id(entry.body)) leftovers.probes.push_back(std::move(*id));
    leftovers.ids.push_back(entry.id);
}

// A Redis that is full refuses to have it noted: the probe is dropped all the same.
asio::awaitable<void> Intake::note(std::vector<std::string> probes) {
    for (auto& id : probes) {
        try {
            co_await upkeep_.note_probe(std::move(id));
        } catch (const redis::Error& error) {
            if (!error.is_refusal()) throw;
            limited_log_.warn("probe",
                              fmt::format("the arrival of a probe cannot be noted: {}", error.what()));
        }
    }
}

asio::awaitable<void> Intake::bury(Malformed malformed) {
    auto label = "entry " + malformed.entry.id;
    try {
        rules::TimelineEntry of_nobody;
        co_await dead_letters_.bury(std::move(malformed.entry), std::move(label), std::move(malformed.fault),
                                    std::move(of_nobody));
    } catch (const redis::BrokenKey& error) {
        troubles_.note(error, "and are taken up again within a minute");
    } catch (const redis::Error& error) {
        if (!error.is_refusal()) throw;
        limited_log_.error(
            "bury", fmt::format("a malformed entry cannot be moved to the dead letters, it stays pending "
                                "and is tried again: {}",
                                error.what()));
    }
}

}  // namespace syncing
