#include "upkeep/lock_keeper.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/event.hpp"
#include "redis/error.hpp"
#include "upkeep/history_world.hpp"

namespace upkeep {

namespace asio = boost::asio;

struct LockKeeper::State {
    State(redis::HistoryStore& lock_store, asio::any_io_executor executor, std::string lock_name,
          Pace lock_pace)
        : store(lock_store),
          name(std::move(lock_name)),
          pace(lock_pace),
          changed(executor),
          ended(executor) {}

    redis::HistoryStore& store;
    std::string name;
    Pace pace;
    net::Event changed;  // is set: the work has ended
    net::Event ended;    // nobody prolongs it any more
    bool is_kept = false;
    bool is_lost = false;
};

LockKeeper::LockKeeper(redis::HistoryStore& store, net::Interruption& interruption, std::string name)
    : LockKeeper(store, interruption, std::move(name), Pace{}) {}

LockKeeper::LockKeeper(redis::HistoryStore& store, net::Interruption& interruption, std::string name,
                       Pace pace)
    : state_(std::make_shared<State>(store, interruption.executor(), std::move(name), pace)) {}

LockKeeper::~LockKeeper() {
    state_->changed.set();
}

asio::awaitable<bool> LockKeeper::take() {
    const bool is_taken = co_await state_->store.lock(state_->name);
    if (is_taken && !std::exchange(state_->is_kept, true)) {
        const auto rethrow = [](std::exception_ptr error) {
            if (error) std::rethrow_exception(error);
        };
        asio::co_spawn(co_await asio::this_coro::executor, keep(state_), rethrow);
    }
    co_return is_taken;
}

asio::awaitable<void> LockKeeper::keep(std::shared_ptr<State> state) {
    auto pause = state->pace.prolonged_every;
    while (true) {
        co_await state->changed.wait_until(std::chrono::steady_clock::now() + pause);
        if (state->changed.is_set() || state->is_lost) break;
        try {
            const bool is_held = co_await state->store.lock(state->name);
            state->is_lost = !is_held;
            pause = state->pace.prolonged_every;
        } catch (const redis::Error&) {
            pause = state->pace.tried_again_after;  // whoever works meets the same, and says so
        }
    }
    state->ended.set();
}

void LockKeeper::check() const {
    if (state_->is_lost)
        throw HistoryError("another process has taken over: Redis was away for longer than the lock lasts");
}

asio::awaitable<void> LockKeeper::give_back() {
    if (!state_->is_kept) co_return;
    state_->changed.set();
    co_await state_->ended.wait();
    try {
        co_await state_->store.unlock(state_->name);
    } catch (const redis::Error&) {
        co_return;
    }
}

}  // namespace upkeep
