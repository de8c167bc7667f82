#include "sync/leases.hpp"

#include <time.h>

#include <algorithm>
#include <vector>

#include "net/waiting.hpp"
#include "redis/error.hpp"
#include "shared/back_off.hpp"

namespace syncing {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// A call of Brevo ends within ten seconds: http::ClientOptions::timeout.
constexpr auto needed_for_a_write = 12s;
constexpr shared::BackOff until_free{.first = 20ms, .longest = 250ms};

// steady_clock stands still while the machine sleeps, Redis does not.
std::chrono::nanoseconds now() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

bool can_be_recalled(const HeldPerson& held) {
    return held.recall && !net::is_requested(held.recall.get());
}

}  // namespace

api::ApiFailure lost_lease() {
    api::ApiFailure failure;
    failure.remedy = api::Remedy::withheld;
    failure.reason = "the person's lease was lost";
    return failure;
}

Leases::Hold::~Hold() {
    if (!registry_) return;
    for (const auto& [person, held] : people_) registry_->erase(person);
}

void Leases::Hold::give_up(const std::string& person) {
    people_.erase(person);
    registry_->erase(person);
}

bool Leases::Hold::may_write() const {
    const auto end = now() + needed_for_a_write;
    return std::all_of(people_.begin(), people_.end(),
                       [&](const auto& entry) { return entry.second->until >= end; });
}

http::Guard Leases::Hold::guard() const {
    return {[this] { return may_write(); }, lock_.recall()};
}

Leases::Leases(asio::any_io_executor executor, redis::PersonStore& store, net::Interruption& interruption,
               net::Waiting& waiting)
    : store_(store),
      interruption_(interruption),
      waiting_(waiting),
      locks_(executor),
      held_for_history_(std::move(executor)) {}

// What a webhook has it keeps while it waits for the rest; history keeps nothing that a webhook might need.
asio::awaitable<Leases::Hold> Leases::acquire(std::set<std::string> people, ServiceClass service) {
    for (unsigned refusals = 1;; ++refusals) {
        Wait wait;
        {
            auto lock = co_await locks_.acquire(people, service);
            Hold hold(held_, std::move(lock));
            std::exception_ptr trouble;
            try {
                wait = co_await take_all(people, hold, refusals);
            } catch (const std::exception&) {
                trouble = std::current_exception();
            }
            if (!trouble && !wait) co_return std::move(hold);
            co_await release(hold);
            if (trouble) std::rethrow_exception(trouble);
        }
        co_await sleep(*wait);
    }
}

// Nothing when the hold has all of them; else how long it is to be waited before trying again.
asio::awaitable<Leases::Wait> Leases::take_all(std::set<std::string> people, Hold& hold, unsigned refusals) {
    const bool is_for_history = hold.lock_.recall() != nullptr;
    for (const auto& person : people) {
        if (!is_for_history) {
            co_await wait_and_take(person, hold);
            continue;
        }
        const auto wait = co_await take(person, hold, refusals);
        if (wait) co_return wait;
    }
    co_return std::nullopt;
}

asio::awaitable<void> Leases::wait_and_take(std::string person, Hold& hold) {
    for (unsigned refusals = 1;; ++refusals) {
        const auto wait = co_await take(person, hold, refusals);
        if (!wait) co_return;
        co_await sleep(*wait);
    }
}

asio::awaitable<Leases::Wait> Leases::take(std::string person, Hold& hold, unsigned refusals) {
    const auto asked = now();
    const auto recall = hold.lock_.recall();
    const auto service = recall ? ServiceClass::history : ServiceClass::webhook;
    auto acquired = co_await store_.acquire(person, service);
    if (!acquired.is_held) {
        const auto ends = std::max(acquired.others_for, until_free.first);
        const auto wait = std::min(until_free.whole(refusals), ends);
        co_return shared::upper_half(wait, random_());
    }
    auto held = std::make_shared<HeldPerson>();
    held->lease = std::move(acquired.lease);
    held->stored = std::move(acquired.stored);
    held->until = asked + redis::lease_time;
    held->recall = recall;
    if (recall) held_for_history_.set();
    held_->insert_or_assign(person, held);
    hold.people_.insert_or_assign(person, std::move(held));
    co_return std::nullopt;
}

asio::awaitable<void> Leases::sleep(std::chrono::milliseconds wait) {
    const net::Waiting::One waiting(waiting_);
    co_await interruption_.sleep(wait);
}

asio::awaitable<void> Leases::release(const Hold& hold) {
    std::vector<redis::Lease> leases;
    for (const auto& [person, held] : hold.people_) leases.push_back(held->lease);
    if (leases.empty()) co_return;
    try {
        co_await store_.release(std::move(leases));
    } catch (const redis::Error&) {
        co_return;  // whoever called has seen or will see the same trouble
    }
}

bool Leases::holds_for_history() const {
    return std::ranges::any_of(*held_, [](const auto& one) { return can_be_recalled(*one.second); });
}

asio::awaitable<void> Leases::give_way() {
    Held people;
    for (const auto& [person, held] : *held_)
        if (can_be_recalled(*held)) people.push_back(held);
    return renew(std::move(people));
}

asio::awaitable<void> Leases::renew() {
    Held people;
    for (const auto& [person, held] : *held_) people.push_back(held);
    return renew(std::move(people));
}

// A lease that was given back meanwhile is not lost.
asio::awaitable<void> Leases::renew(Held people) {
    std::vector<redis::Lease> leases;
    for (const auto& held : people) leases.push_back(held->lease);
    if (leases.empty()) co_return;
    const auto asked = now();
    const auto renewed = co_await store_.renew(std::move(leases));
    for (std::size_t i = 0; i < people.size(); ++i) {
        const auto present = held_->find(people[i]->lease.person);
        const bool is_held = present != held_->end() && present->second == people[i];
        if (renewed[i] == redis::Renewed::lost && people[i]->until > 0ns && is_held) ++lost_;
        people[i]->until = renewed[i] == redis::Renewed::lost ? 0ns : asked + redis::lease_time;
        if (renewed[i] == redis::Renewed::wanted && people[i]->recall) people[i]->recall->request();
    }
}

}  // namespace syncing
