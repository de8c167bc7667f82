#include "sync/person_locks.hpp"

#include "net/deadline.hpp"

namespace syncing {

PersonLocks::Lock::~Lock() {
    if (!locked_) return;
    for (const auto& person : people_) locked_->erase(person);
}

boost::asio::awaitable<PersonLocks::Lock> PersonLocks::acquire(std::set<std::string> people) {
    Lock lock(locked_);
    for (const auto& person : people) {
        for (auto held = locked_->find(person); held != locked_->end(); held = locked_->find(person))
            co_await held->second.async_wait(net::as_result);
        locked_->try_emplace(person, executor_, boost::asio::steady_timer::time_point::max());
        lock.people_.insert(person);
    }
    co_return std::move(lock);
}

}  // namespace syncing
