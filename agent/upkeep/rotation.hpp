// Another signing key without a refused delivery: the new one first, then whatever signs with the old one
// goes, and a day later the old one itself.
#pragma once

#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "calendly/timestamp.hpp"
#include "config/signing_keys.hpp"
#include "redis/upkeep_store.hpp"
#include "rules/rotation.hpp"

namespace upkeep {

struct Finished {
    std::size_t removed = 0;                  // keys
    std::optional<calendly::Timestamp> next;  // when the next one can be removed
    bool is_anything_retired = false;         // before
};

// Throw config::Error of the file and redis::Error.
class Rotation {
public:
    Rotation(config::SigningKeyFile file, redis::UpkeepStore& store)
        : file_(std::move(file)), store_(store) {}

    // The new key, which stands last in the file. Of a rotation that was cut off: that one's. `is_resumed`
    // says so.
    boost::asio::awaitable<std::string> begin(bool& is_resumed);

    // From `now` on no subscription signs with any other key than `current`.
    boost::asio::awaitable<void> retire_all_but(std::string current, calendly::Timestamp now);

    // Removes the retired keys whose time is over from the file; all of them when `is_forced`.
    boost::asio::awaitable<Finished> finish(calendly::Timestamp now, bool is_forced);

    // Whether a rotation was begun and is not through.
    boost::asio::awaitable<bool> is_under_way();

private:
    boost::asio::awaitable<rules::RotationState> load();
    boost::asio::awaitable<void> save(rules::RotationState state);

    config::SigningKeyFile file_;
    redis::UpkeepStore& store_;
};

}  // namespace upkeep
