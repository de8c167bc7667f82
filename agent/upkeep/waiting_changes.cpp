#include "upkeep/waiting_changes.hpp"

#include "calendly/parse.hpp"

namespace upkeep {
namespace {

constexpr std::size_t read_at_once = 200;

}  // namespace

boost::asio::awaitable<void> WaitingChanges::read(redis::WaitingIn stream) {
    auto& until = read_until_[static_cast<std::size_t>(stream)];
    for (bool goes_on = true; goes_on;) {
        const auto entries = co_await store_.entries_after(stream, until, read_at_once);
        for (const auto& entry : entries) add(entry);
        if (!entries.empty()) until = entries.back().id;
        goes_on = entries.size() == read_at_once;
    }
}

// What cannot be read tells of no change.
void WaitingChanges::add(const shared::WebhookEntry& entry) {
    try {
        const auto id = rules::delivery_id(calendly::parse_delivery(entry.body));
        if (!id.empty()) read_.insert(hash(id));
    } catch (const calendly::ShapeError&) {
        return;
    }
}

}  // namespace upkeep
