#include "sync/person_locks.hpp"

namespace syncing {

PersonLocks::Lock::~Lock() {
    if (!locked_) return;
    for (const auto& person : people_) {
        const auto freed = locked_->extract(person);
        freed.mapped()->set();
    }
}

boost::asio::awaitable<PersonLocks::Lock> PersonLocks::acquire(std::set<std::string> people) {
    Lock lock(locked_);
    for (const auto& person : people) {
        for (auto held = locked_->find(person); held != locked_->end(); held = locked_->find(person)) {
            const auto freed = held->second;
            co_await freed->wait();
        }
        locked_->try_emplace(person, std::make_shared<net::Event>(executor_));
        lock.people_.insert(person);
    }
    co_return std::move(lock);
}

}  // namespace syncing
