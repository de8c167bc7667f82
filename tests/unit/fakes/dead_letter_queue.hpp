#pragma once

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "redis/dead_letter_queue.hpp"

namespace fakes {

class DeadLetterQueue final : public redis::DeadLetterQueue {
public:
    std::vector<redis::DeadLetter> letters;

    // Called before a letter is taken; may throw redis::Error.
    std::function<void(const redis::DeadLetter& letter)> on_bury;

    boost::asio::awaitable<bool> bury(redis::DeadLetter letter) override {
        if (on_bury) on_bury(letter);
        const auto& id = letter.entry.id;
        if (!id.empty() && std::ranges::any_of(letters, [&](const auto& l) { return l.entry.id == id; }))
            co_return false;
        letters.push_back(std::move(letter));
        co_return true;
    }
};

}  // namespace fakes
