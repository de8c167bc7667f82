#include "sync/open_work.hpp"

#include <fmt/format.h>

#include "redis/error.hpp"

namespace syncing {

namespace asio = boost::asio;

OpenWork::OpenWork(redis::PersonStore& store, std::shared_ptr<spdlog::logger> log)
    : store_(store), limited_log_(std::move(log)) {}

rules::Progress OpenWork::load(const HeldPerson& person) const {
    auto progress = rules::parse_progress(person.stored.progress);
    const auto unrecorded = unrecorded_.find(person.lease.person);
    if (unrecorded == unrecorded_.end()) return progress;
    const auto& [sent, lists] = std::tie(unrecorded->second.sent, unrecorded->second.lists);
    progress.sent.insert(sent.begin(), sent.end());
    progress.lists.insert(lists.begin(), lists.end());
    return progress;
}

bool OpenWork::is_open(const HeldPerson& person) const {
    return !person.stored.progress.empty() || unrecorded_.contains(person.lease.person);
}

void OpenWork::note(const std::string& person, const rules::Progress& progress) {
    unrecorded_.insert_or_assign(person, progress);
}

asio::awaitable<bool> OpenWork::record(redis::Lease lease, rules::Progress progress) {
    auto text = rules::serialize(progress);
    const bool is_recorded = co_await store_.record(std::move(lease), std::move(text));
    co_return is_recorded;
}

asio::awaitable<void> OpenWork::save(std::set<std::string> people, const Leases::Hold& hold) {
    try {
        for (const auto& person : people) co_await save_one(person, hold);
    } catch (const redis::Error& error) {
        limited_log_.warn("progress", fmt::format("{}; what was sent to Brevo is known to this process only, "
                                                  "and is recorded with the next attempt",
                                                  error.what()));
    }
}

asio::awaitable<void> OpenWork::save_one(std::string person, const Leases::Hold& hold) {
    const auto unrecorded = unrecorded_.find(person);
    if (unrecorded == unrecorded_.end() || !hold.has(person)) co_return;
    const bool is_recorded = co_await record(hold.of(person).lease, unrecorded->second);
    if (is_recorded) unrecorded_.erase(person);
}

}  // namespace syncing
