// A store of people in memory, with leases that a test can lose.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "redis/error.hpp"
#include "redis/person_store.hpp"

namespace fakes {

class PersonStore final : public redis::PersonStore {
public:
    // What was asked, in order: "acquire ada@example.com", "renew 2", "release 1", "record ada@example.com",
    // "commit ada@example.com"; a commit of several people is noted for each.
    std::vector<std::string> calls;
    std::map<std::string, redis::StoredPerson> people;
    std::map<std::string, std::string> leases;  // person -> token of whoever has the lease
    std::vector<std::string> committed;         // ids of entries, in the order of the commits
    rules::Timeline timeline;                   // of all commits

    // Called at each call before it is answered; may throw redis::Error, or lose a lease.
    std::function<void(const std::string& call)> on_call;

    std::set<std::string> wanted;  // people for whom a webhook of another agent waits

    // Another agent takes the person's lease.
    void lose(const std::string& person) { leases[person] = "another agent's"; }

    boost::asio::awaitable<redis::Acquired> acquire(std::string person,
                                                    redis::ServiceClass service) override {
        note("acquire " + person);
        redis::Acquired acquired;
        const auto held = leases.find(person);
        if (held != leases.end() && held->second == "another agent's") {
            acquired.others_for = std::chrono::milliseconds(1);
            co_return acquired;
        }
        if (service == redis::ServiceClass::history && wanted.contains(person)) {
            acquired.others_for = std::chrono::milliseconds(1);
            co_return acquired;
        }
        acquired.is_held = true;
        acquired.lease = {person, "token " + std::to_string(++tokens_)};
        acquired.stored = people[person];
        leases[person] = acquired.lease.token;
        co_return acquired;
    }

    boost::asio::awaitable<std::vector<std::optional<redis::StoredPerson>>> peek(
        std::vector<std::string> persons) override {
        note("peek " + std::to_string(persons.size()));
        std::vector<std::optional<redis::StoredPerson>> stored;
        for (const auto& person : persons) stored.emplace_back(people[person]);
        co_return stored;
    }

    boost::asio::awaitable<std::vector<redis::Renewed>> renew(std::vector<redis::Lease> asked) override {
        note("renew " + std::to_string(asked.size()));
        using redis::Renewed;
        std::vector<Renewed> renewed;
        for (const auto& lease : asked) {
            const auto held = wanted.contains(lease.person) ? Renewed::wanted : Renewed::held;
            renewed.push_back(is_held(lease) ? held : Renewed::lost);
        }
        co_return renewed;
    }

    boost::asio::awaitable<void> release(std::vector<redis::Lease> asked) override {
        note("release " + std::to_string(asked.size()));
        for (const auto& lease : asked)
            if (is_held(lease)) leases.erase(lease.person);
        co_return;
    }

    boost::asio::awaitable<bool> record(redis::Lease lease, std::string progress) override {
        note("record " + lease.person);
        if (!is_held(lease)) co_return false;
        people[lease.person].progress = std::move(progress);
        co_return true;
    }

    boost::asio::awaitable<bool> commit(redis::Commit commit) override {
        for (const auto& one : commit.people) note("commit " + one.lease.person);
        for (const auto& one : commit.people)
            if (!is_held(one.lease)) co_return false;
        for (auto& one : commit.people) {
            auto& person = people[one.lease.person];
            if (!one.ledger.empty()) person.ledger = std::move(one.ledger);
            person.progress = std::move(one.progress);
            leases.erase(one.lease.person);
        }
        committed.insert(committed.end(), commit.entry_ids.begin(), commit.entry_ids.end());
        timeline.insert(timeline.end(), commit.timeline.begin(), commit.timeline.end());
        co_return true;
    }

private:
    void note(const std::string& call) {
        calls.push_back(call);
        if (on_call) on_call(call);
    }

    bool is_held(const redis::Lease& lease) const {
        const auto held = leases.find(lease.person);
        return held != leases.end() && held->second == lease.token;
    }

    std::uint64_t tokens_ = 0;
};

}  // namespace fakes
