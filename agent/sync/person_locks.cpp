#include "sync/person_locks.hpp"

namespace syncing {

namespace asio = boost::asio;

PersonLocks::Lock::~Lock() {
    if (!all_) return;
    for (const auto& name : people_) {
        const auto person = all_->at(name);
        person->is_locked = false;
        person->recall.reset();
        if (person->webhooks_waiting == 0) all_->erase(name);
        person->changed.notify();
    }
}

void PersonLocks::Lock::take(const std::string& name, Person& person) {
    people_.insert(name);
    person.is_locked = true;
    person.recall = recall_;
}

asio::awaitable<PersonLocks::Lock> PersonLocks::acquire(std::set<std::string> people, ServiceClass service) {
    return service == ServiceClass::webhook ? acquire_for_webhook(std::move(people))
                                            : acquire_for_history(std::move(people));
}

asio::awaitable<PersonLocks::Lock> PersonLocks::acquire_for_webhook(std::set<std::string> people) {
    Lock lock(people_);
    for (const auto& name : people) {
        const auto person = find(name);
        if (person->recall) person->recall->request();
        ++person->webhooks_waiting;
        while (person->is_locked) co_await person->changed.wait();
        --person->webhooks_waiting;
        lock.take(name, *person);
    }
    co_return std::move(lock);
}

asio::awaitable<PersonLocks::Lock> PersonLocks::acquire_for_history(std::set<std::string> people) {
    while (const auto person = first_in_use(people)) co_await person->changed.wait();
    Lock lock(people_);
    lock.recall_ = std::make_shared<net::Recall>();
    for (const auto& name : people) lock.take(name, *find(name));
    co_return std::move(lock);
}

std::shared_ptr<PersonLocks::Person> PersonLocks::find(const std::string& name) {
    auto& person = (*people_)[name];
    if (!person) person = std::make_shared<Person>(executor_);
    return person;
}

std::shared_ptr<PersonLocks::Person> PersonLocks::first_in_use(const std::set<std::string>& people) const {
    for (const auto& name : people) {
        const auto found = people_->find(name);
        if (found != people_->end() && !found->second->is_free_for_history()) return found->second;
    }
    return nullptr;
}

}  // namespace syncing
