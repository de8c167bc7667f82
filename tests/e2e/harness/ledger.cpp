#include "e2e/harness/ledger.hpp"

#include <stdexcept>

#include "e2e/harness/signed_deliveries.hpp"

namespace harness {
namespace {

constexpr std::size_t page_size = 1000;

std::string id_after(const std::string& id) {
    const auto dash = id.find('-') + 1;
    return id.substr(0, dash) + std::to_string(std::stoull(id.substr(dash)) + 1);
}

}  // namespace

void Ledger::record_answer(std::uint64_t id, unsigned status) {
    const std::lock_guard lock(mutex_);
    ++answers_[status];
    if (status == 200) fate(id).accepted = true;
}

void Ledger::record_stored(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    auto& times = fate(id).stored;
    if (times < 255) ++times;
}

Ledger::Fate& Ledger::fate(std::uint64_t id) {
    if (id >= fates_.size()) fates_.resize(id + 1);
    return fates_[id];
}

std::uint64_t Ledger::answers(unsigned status) const {
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(status);
    return found == answers_.end() ? 0 : found->second;
}

std::uint64_t Ledger::answers() const {
    const std::lock_guard lock(mutex_);
    std::uint64_t sum = 0;
    for (const auto& [status, count] : answers_) sum += count;
    return sum;
}

template <typename Condition>
std::vector<std::uint64_t> Ledger::ids_where(Condition condition) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::uint64_t> ids;
    for (std::size_t id = 0; id < fates_.size(); ++id)
        if (condition(fates_[id])) ids.push_back(id);
    return ids;
}

std::uint64_t Ledger::stored() const {
    return ids_where([](const Fate& fate) { return fate.stored > 0; }).size();
}

std::vector<std::uint64_t> Ledger::lost() const {
    return ids_where([](const Fate& fate) { return fate.accepted && fate.stored == 0; });
}

std::vector<std::uint64_t> Ledger::stored_without_200() const {
    return ids_where([](const Fate& fate) { return !fate.accepted && fate.stored > 0; });
}

std::vector<std::uint64_t> Ledger::stored_repeatedly() const {
    return ids_where([](const Fate& fate) { return fate.stored > 1; });
}

void take_stored(RedisClient& redis, Ledger& ledger, std::string_view connector) {
    for (std::size_t taken = page_size; taken == page_size;) {
        const auto page = redis.first_webhooks(page_size, connector);
        for (const auto& entry : page) {
            const auto id = SignedDeliveries::id_of(entry.body);
            if (!id) throw std::runtime_error("a stored body that nobody sent: " + entry.id);
            ledger.record_stored(*id);
        }
        if (!page.empty())
            redis.integer({"XTRIM", shared::webhooks_key(connector), "MINID", "=", id_after(page.back().id)});
        taken = page.size();
    }
}

}  // namespace harness
