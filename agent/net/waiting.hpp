// How many pieces of work wait for their next attempt or for another's result. Whoever reads more work may
// take so many more: what waits holds nobody else up.
#pragma once

#include <cstddef>

namespace net {

class Waiting {
public:
    Waiting() = default;
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    std::size_t count() const noexcept { return count_; }

    // One more piece of work waits while this lives.
    class One {
    public:
        explicit One(Waiting& waiting) noexcept : waiting_(waiting) { ++waiting_.count_; }
        One(const One&) = delete;
        One& operator=(const One&) = delete;
        ~One() { --waiting_.count_; }

    private:
        Waiting& waiting_;
    };

private:
    std::size_t count_ = 0;
};

}  // namespace net
