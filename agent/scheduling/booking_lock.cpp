#include "scheduling/booking_lock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "redis/error.hpp"

namespace scheduling {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto margin = 3s;  // a call that is sent now is answered, or Calendly has it, before the lock ends

}  // namespace

struct BookingLock::State {
    State(asio::any_io_executor executor, redis::BookingStore& booking_store, std::string booking,
          std::string attempt, InUse use)
        : store(booking_store),
          key(std::move(booking)),
          owner(std::move(attempt)),
          in_use(std::move(use)),
          has_ended(std::move(executor)) {}

    redis::BookingStore& store;
    std::string key, owner;
    InUse in_use;
    net::Event has_ended;
    Time held_at = Clock::now();
    bool is_lost = false;
};

BookingLock::BookingLock(asio::any_io_executor executor, redis::BookingStore& store, std::string key,
                         std::string owner, InUse in_use)
    : state_(std::make_shared<State>(executor, store, std::move(key), std::move(owner), std::move(in_use))) {
    asio::co_spawn(executor, keep(state_), asio::detached);
}

BookingLock::~BookingLock() {
    state_->has_ended.set();
}

bool BookingLock::is_ours() const noexcept {
    return !state_->is_lost && Clock::now() - state_->held_at < redis::booking_lock_lasts - margin;
}

asio::awaitable<void> BookingLock::keep(std::shared_ptr<State> state) {
    while (!state->is_lost) {
        co_await state->has_ended.wait_until(Clock::now() + redis::booking_lock_lasts / 4);
        if (state->has_ended.is_set()) co_return;
        const auto asked_at = Clock::now();
        try {
            const bool is_held = co_await state->store.hold(state->key, state->owner);
            if (is_held) state->held_at = asked_at;
            state->is_lost = !is_held;
        } catch (const redis::Error&) {
            continue;  // is_ours() ends by itself
        }
    }
}

}  // namespace scheduling
