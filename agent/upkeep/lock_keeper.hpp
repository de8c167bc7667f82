// One process at a time: a lock in Redis that is prolonged while its owner is at work.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "net/interruption.hpp"
#include "redis/history_store.hpp"

namespace upkeep {

class LockKeeper {
public:
    struct Pace {
        std::chrono::milliseconds prolonged_every{10'000};
        std::chrono::milliseconds tried_again_after{1000};  // when Redis does not answer
    };
    LockKeeper(redis::HistoryStore& store, net::Interruption& interruption, std::string name);
    LockKeeper(redis::HistoryStore& store, net::Interruption& interruption, std::string name, Pace pace);
    LockKeeper(const LockKeeper&) = delete;
    LockKeeper& operator=(const LockKeeper&) = delete;
    ~LockKeeper();

    // False: another process has it. Throws redis::Error.
    boost::asio::awaitable<bool> take();

    // Throws HistoryError when another process has it now: Redis was away for too long, or this process slow.
    void check() const;

    // However the work ended. When Redis cannot be asked, the lock ends by itself.
    boost::asio::awaitable<void> give_back();

private:
    struct State;
    static boost::asio::awaitable<void> keep(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace upkeep
