#include "upkeep/history_appender.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "redis/unix_ms.hpp"

namespace upkeep {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::size_t people_at_once = 100;
constexpr std::size_t changes_at_once = 100;
constexpr auto crowded_pause = 100ms;
constexpr unsigned pauses_until_notice = 100;

}  // namespace

void HistoryAppender::add(const std::string& person, rules::MissedChange change) {
    bytes_ += change.body.size() + person.size() + 200;
    waiting_.add(change);
    people_[person].push_back(std::move(change));
}

asio::awaitable<void> HistoryAppender::flush(HistoryFigures& figures,
                                             std::function<asio::awaitable<void>()> on_appended) {
    while (!people_.empty()) {
        std::vector<Person> group;
        while (!people_.empty() && group.size() < people_at_once) {
            auto first = people_.extract(people_.begin());
            group.push_back({std::move(first.key()), std::move(first.mapped())});
        }
        co_await drop_known(group);
        for (auto& person : group) {
            const auto count = person.changes.size();
            if (count > 0) co_await append(std::move(person.changes));
            figures.appended += count;
        }
        if (on_appended) co_await through_outages(world_, [&] { return on_appended(); });
    }
    bytes_ = 0;
}

// Some time has passed since they were found missing: a webhook may have told of them.
asio::awaitable<void> HistoryAppender::drop_known(std::vector<Person>& group) {
    std::vector<std::string> names;
    for (const auto& person : group) names.push_back(person.name);
    co_await through_outages(world_, [&] { return waiting_.read(redis::WaitingIn::webhooks); });
    const auto stored = co_await through_outages(world_, [&] { return world_.people.peek(names); });
    for (std::size_t i = 0; i < group.size(); ++i) {
        std::erase_if(group[i].changes, [&](const auto& change) { return waiting_.was_read(change); });
        if (!stored[i]) continue;
        try {
            const auto ledger = rules::parse_ledger(stored[i]->ledger);
            std::erase_if(group[i].changes,
                          [&](const auto& change) { return rules::is_known(change, ledger); });
        } catch (const rules::LedgerError&) {
            continue;  // whoever settles the person says so
        }
    }
}

// In the order in which they happened.
asio::awaitable<void> HistoryAppender::append(Changes changes) {
    std::ranges::stable_sort(changes, {}, &rules::MissedChange::at);
    for (std::size_t from = 0; from < changes.size(); from += changes_at_once) {
        std::vector<shared::WebhookEntry> entries;
        for (auto i = from; i < std::min(changes.size(), from + changes_at_once); ++i)
            entries.push_back(entry_of(std::move(changes[i])));
        for (unsigned pauses = 0;; ++pauses) {
            begin_step(world_);
            const auto ids =
                co_await through_outages(world_, [&] { return world_.store.append(entries, most_waiting); });
            if (!ids.empty()) {
                if (first_id_.empty()) first_id_ = ids.front();
                last_id_ = ids.back();
                break;
            }
            if (pauses % pauses_until_notice == pauses_until_notice - 1)
                world_.watcher.on_notice(fmt::format(
                    "{} entries of history wait for an agent: going on when there are fewer", most_waiting));
            co_await world_.interruption.sleep(crowded_pause);
        }
    }
}

shared::WebhookEntry HistoryAppender::entry_of(rules::MissedChange change) const {
    shared::WebhookEntry entry;
    entry.body = std::move(change.body);
    entry.received_ms = redis::unix_ms(world_.now()).count();
    entry.key = shared::api_key_name;
    entry.origin = origin_.name;
    entry.with_events = origin_.with_events;
    entry.with_lists = origin_.with_lists;
    return entry;
}

}  // namespace upkeep
