// Random stories, each determined by its seed.
#pragma once

#include "e2e/convergence/story.hpp"

namespace convergence {

struct StorySize {
    std::size_t people = 40;
    std::size_t changes = 400;
    std::size_t handed_over = 35;  // of a hundred bookings that are moved, to another e-mail address
};

// Only what the contract determines: nobody shares a phone number with somebody else, a lost half leaves the
// other one, nothing happens to a booking that is canceled or rescheduled.
Story make_story(std::uint64_t seed, const StorySize& size);

}  // namespace convergence
