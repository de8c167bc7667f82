#include "sync/lanes.hpp"

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
    const auto [lane, is_new] = lanes_.try_emplace(person);
    lane->second.push_back(std::move(item));
    if (!is_new) return;
    const auto rethrow = [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
    };
    asio::co_spawn(executor_, work_off(std::move(person)), rethrow);
}

Batch Lanes::take(const std::string& person) {
    return std::exchange(lanes_.at(person), {});
}

asio::awaitable<void> Lanes::work_off(std::string person) {
    co_await asio::post(executor_, asio::use_awaitable);  // what was read together is worked on together
    for (auto batch = take(person); !batch.empty(); batch = take(person)) {
        std::vector<std::string> ids;
        for (const auto& item : batch) ids.push_back(item.entry.id);
        co_await work_(person, std::move(batch));
        for (const auto& id : ids) held_.erase(id);
    }
    lanes_.erase(person);
}

void Lanes::abandon_waiting() {
    for (auto& [person, waiting] : lanes_) {
        for (const auto& item : waiting) held_.erase(item.entry.id);
        waiting.clear();
    }
}

}  // namespace syncing
