// The lock on one booking, prolonged while an attempt is at it.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "net/event.hpp"
#include "redis/booking_store.hpp"

namespace scheduling {

// Counts what still uses the desk.
using InUse = std::shared_ptr<void>;

class BookingLock {
public:
    // It was just taken. `in_use` lives as long as anything here refers to `store`.
    BookingLock(boost::asio::any_io_executor executor, redis::BookingStore& store, std::string key,
                std::string owner, InUse in_use);
    BookingLock(const BookingLock&) = delete;
    BookingLock& operator=(const BookingLock&) = delete;
    ~BookingLock();

    // Nobody else can have it yet: asked at the last moment before a call.
    bool is_ours() const noexcept;

private:
    using Time = std::chrono::steady_clock::time_point;
    struct State;
    static boost::asio::awaitable<void> keep(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace scheduling
