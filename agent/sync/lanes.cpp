#include "sync/lanes.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace syncing {

namespace asio = boost::asio;

Lanes::Lanes(asio::any_io_executor executor, Work work)
    : executor_(std::move(executor)), work_(std::move(work)) {}

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
    for (const auto& item : turn.batch) turn.ids.push_back(item.entry.id);
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
        co_await work_(person, std::move(turn));
        for (const auto& id : ids) held_.erase(id);
    }
    lanes_.erase(person);
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
