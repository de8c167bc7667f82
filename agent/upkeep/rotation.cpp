#include "upkeep/rotation.hpp"

#include <algorithm>
#include <vector>

namespace upkeep {
namespace {

namespace asio = boost::asio;
using rules::RetiredKey;
using rules::RotationState;

bool is_retired(const RotationState& state, const std::string& fingerprint) {
    return std::ranges::find(state.retired, fingerprint, &RetiredKey::fingerprint) != state.retired.end();
}

std::vector<std::string> fingerprints_of(const RotationState& state) {
    std::vector<std::string> all;
    for (const auto& key : state.retired) all.push_back(key.fingerprint);
    return all;
}

// The keys themselves.
std::vector<std::string> named(const std::vector<std::string>& keys,
                               const std::vector<std::string>& fingerprints) {
    std::vector<std::string> found;
    for (const auto& key : keys)
        if (std::ranges::find(fingerprints, config::fingerprint(key)) != fingerprints.end())
            found.push_back(key);
    return found;
}

}  // namespace

asio::awaitable<RotationState> Rotation::load() {
    const auto stored = co_await store_.rotation();
    co_return stored ? rules::parse_rotation(*stored) : RotationState();
}

asio::awaitable<void> Rotation::save(RotationState state) {
    if (state.started.empty() && state.retired.empty()) {
        co_await store_.clear_rotation();
    } else {
        co_await store_.set_rotation(rules::serialize(state));
    }
}

// What is about to be done is written down before: whoever comes later knows the key in the file for the one
// of a rotation that was cut off.
asio::awaitable<std::string> Rotation::begin(bool& is_resumed) {
    auto state = co_await load();
    const auto keys = file_.keys();
    is_resumed = !keys.empty() && config::fingerprint(keys.back()) == state.started;
    if (is_resumed) co_return keys.back();
    auto key = config::make_signing_key();
    state.started = config::fingerprint(key);
    co_await save(std::move(state));
    file_.append(key);
    co_return key;
}

asio::awaitable<void> Rotation::retire_all_but(std::string current, calendly::Timestamp now) {
    auto state = co_await load();
    const auto own = config::fingerprint(current);
    for (const auto& key : file_.keys()) {
        const auto fingerprint = config::fingerprint(key);
        if (fingerprint != own && !is_retired(state, fingerprint))
            state.retired.push_back({fingerprint, now});
    }
    if (state.started == own) state.started.clear();
    co_await save(std::move(state));
}

asio::awaitable<Finished> Rotation::finish(calendly::Timestamp now, bool is_forced) {
    auto state = co_await load();
    Finished finished;
    finished.is_anything_retired = !state.retired.empty();
    const auto due = is_forced ? fingerprints_of(state) : rules::keys_to_remove(state, now);
    if (!due.empty()) {
        finished.removed = file_.remove(named(file_.keys(), due));
        std::erase_if(state.retired,
                      [&](const auto& key) { return std::ranges::find(due, key.fingerprint) != due.end(); });
        co_await save(state);
    }
    finished.next = rules::next_removal(state);
    co_return finished;
}

asio::awaitable<bool> Rotation::is_under_way() {
    const auto state = co_await load();
    co_return !state.started.empty();
}

}  // namespace upkeep
