#include "sync/lanes.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace syncing {

namespace asio = boost::asio;

Lanes::Lanes(asio::any_io_executor executor, redis::EntryQueue& queue, BatchWork& work,
             net::Interruption& interruption, RedisState& redis, Troubles& troubles, const Timing& timing)
    : executor_(executor),
      queue_(queue),
      work_(work),
      interruption_(interruption),
      redis_(redis),
      troubles_(troubles),
      timing_(timing),
      idle_(executor),
      progress_(executor),
      rest_(std::move(executor)) {
    idle_.set();
}

// What cannot be queued, for want of memory, is not held either: it is taken back later.
void Lanes::push(std::string person, Item item) {
    const auto id = item.entry.id;
    if (!held_.insert(id).second) return;
    last_person_ = person;
    try {
        enqueue(person, std::move(item));
    } catch (...) {
        held_.erase(id);
        throw;
    }
}

void Lanes::enqueue(const std::string& person, Item item) {
    const auto [place, is_new] = lanes_.try_emplace(person);
    if (is_new) return begin(person, person, std::move(item));
    Lane& lane = place->second;
    if (lane.unloaded.empty() && lane.waiting.size() < most_waiting) {
        lane.waiting.push_back(std::move(item));
    } else {
        lane.unloaded.push_back(std::move(item.entry.id));
        ++unloaded_;
    }
}

// Opens the new lane of this name. It has its coroutine or is gone again.
void Lanes::begin(const std::string& name, const std::string& person, Item item) {
    try {
        auto& lane = lanes_[name];
        lane.person = person;
        lane.waiting.push_back(std::move(item));
        open(name);
    } catch (...) {
        lanes_.erase(name);
        if (lanes_.empty()) idle_.set();
        throw;
    }
}

void Lanes::open(const std::string& name) {
    idle_.clear();
    const auto rethrow = [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
    };
    asio::co_spawn(executor_, work_off(name), rethrow);
}

Lanes::Turn Lanes::take(const std::string& name) {
    Lane& lane = lanes_.at(name);
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

asio::awaitable<void> Lanes::work_off(std::string name) {
    co_await asio::post(executor_, asio::use_awaitable);  // what was read together is worked on together
    co_await wait_for_rest(name);
    for (auto turn = take(name); !turn.ids.empty(); turn = take(name)) {
        co_await finish(name, turn);
        for (const auto& id : turn.ids) held_.erase(id);
        progress_.notify();
    }
    lanes_.erase(name);
    progress_.notify();
    if (lanes_.empty()) idle_.set();
}

void Lanes::begin_read(bool is_cut) {
    is_cut_ = is_cut;
    last_person_.clear();
    rest_.notify();
}

asio::awaitable<void> Lanes::wait_for_rest(const std::string& name) {
    const auto end = std::chrono::steady_clock::now() + timing_.wait_for_rest;
    while (is_cut_ && last_person_ == name && std::chrono::steady_clock::now() < end)
        if (!co_await rest_.wait_until(end, interruption_)) co_return;
}

// Again and again until it is done, or until the agent stops.
asio::awaitable<void> Lanes::finish(std::string name, Turn& turn) {
    const auto person = lanes_.at(name).person;
    const bool is_shared = name == person;
    Troubles::Work work(troubles_);
    for (bool goes_on = true; goes_on;) {
        const auto pause = co_await try_once(person, turn, work);
        if (!pause) co_return;
        const bool is_stubborn = work.failures() >= attempts_together;
        if (is_shared && is_stubborn && work.kind() == TroubleKind::machine && try_part(person, turn, work))
            co_return;
        goes_on = co_await sleep(*pause, is_stubborn);
    }
}

// False when the agent stops meanwhile.
asio::awaitable<bool> Lanes::sleep(std::chrono::milliseconds pause, bool is_set_aside) {
    set_aside_ += is_set_aside;
    const bool goes_on = co_await interruption_.try_sleep(pause);
    set_aside_ -= is_set_aside;
    co_return goes_on;
}

// Nothing that is thrown here is the fault of an entry: not Redis's trouble, not the machine's, nor a mistake
// in this program.
asio::awaitable<Lanes::Pause> Lanes::try_once(std::string person, Turn& turn, Troubles::Work& work) {
    try {
        if (turn.batch.empty()) co_await load(turn);
        if (!turn.batch.empty()) co_await work_.process(person, turn.batch);
        co_return std::nullopt;
    } catch (const redis::BrokenKey& error) {
        co_return work.meets(error);
    } catch (const redis::Error& error) {
        work.is_well();
        redis_.note_trouble(error.what());
        co_return pause_after(error, turn);
    } catch (const net::Interrupted&) {
        co_return std::nullopt;
    } catch (const std::exception& error) {
        co_return work.meets(error);
    }
}

// From now on each entry goes on by itself; what is left of the turn is gone from the stream. False when
// there is nothing to part, or no memory for it: then what is left stays together.
bool Lanes::try_part(const std::string& person, Turn& turn, Troubles::Work& work) {
    if (turn.batch.empty()) return false;
    try {
        while (!turn.batch.empty()) {
            const auto id = turn.batch.back().entry.id;
            begin(person + '\n' + id, person, turn.batch.back());
            turn.batch.pop_back();
            std::erase(turn.ids, id);
        }
    } catch (const std::exception& error) {
        work.meets(error);
        return false;
    }
    return true;
}

// Without those that are gone.
asio::awaitable<void> Lanes::load(Turn& turn) {
    auto ids = turn.ids;
    auto read = co_await queue_.read_again(std::move(ids));
    Batch batch;
    for (auto& entry : read.entries) batch.push_back(read_item(std::move(entry)));
    turn.batch = std::move(batch);
}

// Each attempt writes to Brevo before its commit. When Redis keeps refusing the commit, growing pauses keep
// us from calling Brevo every second for every person.
std::chrono::milliseconds Lanes::pause_after(const redis::Error& error, Turn& turn) const {
    if (error.is_refusal()) ++turn.refusals;
    if (turn.refusals == 0) return timing_.redis_pause;
    return std::max(timing_.redis_pause, timing_.patience.backoff.after(turn.refusals, 1.0));
}

void Lanes::abandon_waiting() {
    for (auto& [person, lane] : lanes_) {
        for (const auto& item : lane.waiting) held_.erase(item.entry.id);
        for (const auto& id : lane.unloaded) held_.erase(id);
        unloaded_ -= lane.unloaded.size();
        lane.waiting.clear();
        lane.unloaded.clear();
    }
}

}  // namespace syncing
