// How far a rotation of signing keys is: kept between the runs of a command and told to the agents. Keys are
// called by their fingerprints.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendly/timestamp.hpp"

namespace rules {

struct RetiredKey {
    std::string fingerprint;
    calendly::Timestamp since;  // when the last subscription that signed with it was deleted
};

struct RotationState {
    std::string started;              // the new key of a rotation that is not through; "": none is under way
    std::vector<RetiredKey> retired;  // nginx still takes them: deliveries may be on their way
};

// Calendly tries for 24 hours; then nothing that was signed with a retired key can come any more.
inline constexpr std::chrono::hours retired_key_stays{25};

// What cannot be read is nothing: the keys stay in the file.
RotationState parse_rotation(std::string_view json);
std::string serialize(const RotationState& state);

// The keys whose time is over.
std::vector<std::string> keys_to_remove(const RotationState& state, calendly::Timestamp now);
// When the next one's is.
std::optional<calendly::Timestamp> next_removal(const RotationState& state);

}  // namespace rules
