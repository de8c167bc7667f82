#pragma once

#include <cstddef>

namespace syncing {

// One more piece of work that waits, while this lives.
class Waiting {
public:
    explicit Waiting(std::size_t& count) : count_(count) { ++count_; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() { --count_; }

private:
    std::size_t& count_;
};

}  // namespace syncing
