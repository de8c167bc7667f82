#include "sync/lanes.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "redis/error.hpp"

namespace syncing {

namespace asio = boost::asio;

Lanes::Lanes(asio::any_io_executor executor, redis::EntryQueue& queue, BatchWork& work,
             net::Interruption& interruption, RedisState& redis, const Timing& timing)
    : executor_(executor),
      queue_(queue),
      work_(work),
      interruption_(interruption),
      redis_(redis),
      timing_(timing),
      idle_(executor),
      progress_(std::move(executor)) {
    idle_.set();
}

void Lanes::push(std::string person, Item item) {
    if (!held_.insert(item.entry.id).second) return;
    const auto [place, is_new] = lanes_.try_emplace(person);
    Lane& lane = place->second;
    if (lane.unloaded.empty() && lane.waiting.size() < most_waiting) {
        lane.waiting.push_back(std::move(item));
    } else {
        lane.unloaded.push_back(std::move(item.entry.id));
        ++unloaded_;
    }
    if (!is_new) return;
    idle_.clear();
    const auto rethrow = [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
    };
    asio::co_spawn(executor_, work_off(std::move(person)), rethrow);
}

Lanes::Turn Lanes::take(const std::string& person) {
    Lane& lane = lanes_.at(person);
    if (lane.waiting.empty()) return take_unloaded(lane);
    Turn turn;
    turn.batch = std::exchange(lane.waiting, {});
    turn.ids = ids_of(turn.batch);
    return turn;
}

Lanes::Turn Lanes::take_unloaded(Lane& lane) {
    const auto count = std::min(lane.unloaded.size(), most_waiting);
    const auto end = lane.unloaded.begin() + static_cast<std::ptrdiff_t>(count);
    Turn turn;
    turn.ids.assign(lane.unloaded.begin(), end);
    lane.unloaded.erase(lane.unloaded.begin(), end);
    unloaded_ -= count;
    return turn;
}

asio::awaitable<void> Lanes::work_off(std::string person) {
    co_await asio::post(executor_, asio::use_awaitable);  // what was read together is worked on together
    for (auto turn = take(person); !turn.ids.empty(); turn = take(person)) {
        const auto ids = turn.ids;
        co_await finish(person, std::move(turn));
        for (const auto& id : ids) held_.erase(id);
        progress_.notify();
    }
    lanes_.erase(person);
    progress_.notify();
    if (lanes_.empty()) idle_.set();
}

// Again and again until Redis has what is to be kept, or until the agent stops.
asio::awaitable<void> Lanes::finish(std::string person, Turn turn) {
    for (bool goes_on = true; goes_on;) {
        const auto tried = co_await try_once(person, turn);
        if (tried == Try::done) co_return;
        if (tried == Try::again) continue;
        const auto until = std::chrono::steady_clock::now() + pause_after(turn.refusals);
        goes_on = co_await interruption_.try_sleep_until(until);
    }
}

// What Redis is in trouble with is tried again later. An error that nobody foresaw sends the entries to the
// dead letters with its text, because repeating it would end the agent again and again.
asio::awaitable<Lanes::Try> Lanes::try_once(std::string person, Turn& turn) {
    std::string trouble;
    try {
        if (turn.batch.empty()) co_await load(turn);
        if (turn.batch.empty()) co_return Try::done;
        if (turn.mistake.empty()) {
            co_await work_.process(person, turn.batch);
        } else {
            co_await work_.refuse(turn.batch, turn.mistake);
        }
        co_return Try::done;
    } catch (const redis::Error& error) {
        trouble = error.what();
        if (error.kind() == redis::Error::Kind::refused) ++turn.refusals;
    } catch (const net::Interrupted&) {
        co_return Try::done;
    } catch (const std::exception& error) {
        if (!turn.mistake.empty()) trouble = error.what();
        turn.mistake = error.what();
    }
    if (trouble.empty()) co_return Try::again;
    redis_.note_trouble(trouble);
    co_return Try::later;
}

// Without those that are gone.
asio::awaitable<void> Lanes::load(Turn& turn) {
    auto ids = turn.ids;
    auto read = co_await queue_.read_again(std::move(ids));
    for (auto& entry : read.entries) turn.batch.push_back(read_item(std::move(entry)));
}

// A Redis that refuses to write would otherwise cost a call of Brevo a second for each person.
std::chrono::milliseconds Lanes::pause_after(unsigned refusals) const {
    if (refusals == 0) return timing_.redis_pause;
    return std::max(timing_.redis_pause, timing_.patience.backoff.after(refusals, 1.0));
}

void Lanes::abandon_waiting() {
    for (auto& [person, lane] : lanes_) {
        for (const auto& item : lane.waiting) held_.erase(item.entry.id);
        for (const auto& id : lane.unloaded) held_.erase(id);
        unloaded_ -= lane.unloaded.size();
        lane = {};
    }
}

}  // namespace syncing
