#pragma once

#include "sync/statistics.hpp"

namespace syncing {

// One more piece of work that waits for its next attempt, while this lives.
class Waiting {
public:
    explicit Waiting(Statistics& statistics) : statistics_(statistics) { ++statistics_.waiting; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() { --statistics_.waiting; }

private:
    Statistics& statistics_;
};

}  // namespace syncing
