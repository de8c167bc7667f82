// What Redis remembers of bookings, in memory; by the rules of redis/redis_booking_store.cpp.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "redis/booking_store.hpp"

namespace fakes {

class BookingStore final : public redis::BookingStore {
public:
    using State = redis::ClaimState;

    struct Record {
        std::string body, answer, form;
        State state = State::begun;
    };

    std::map<std::string, Record> records;
    std::map<std::string, std::string> locks;  // key -> owner
    std::map<std::string, std::string> forms;  // nonce -> key
    std::map<std::string, std::int64_t> addresses;
    std::map<std::string, std::set<std::string>> open;  // by person
    std::map<std::string, std::int64_t> days;
    std::map<std::string, std::string> pages;  // by type

    boost::asio::awaitable<std::string> secret() override { co_return "a secret of the tests"; }

    boost::asio::awaitable<redis::ClaimResult> recall(redis::BookingClaim claim) override {
        redis::ClaimResult result;
        const auto found = records.find(claim.key);
        if (found == records.end()) {
            const bool is_spent = claim.is_form_expired || forms.contains(claim.form_nonce);
            if (!claim.form_nonce.empty() && is_spent) result.state = State::spent_form;
            co_return result;
        }
        const auto& record = found->second;
        result.state = record.body == claim.body ? record.state : State::other_body;
        if (claim.is_form_expired && record.form != claim.form_nonce) result.state = State::spent_form;
        result.answer = record.answer;
        co_return result;
    }

    boost::asio::awaitable<redis::ClaimResult> claim(redis::BookingClaim claim) override {
        redis::ClaimResult result;
        result.state = try_claim(claim);
        if (result.state == State::done) result.answer = records[claim.key].answer;
        if (result.state == State::address) result.wait = claim.window;
        co_return result;
    }

    boost::asio::awaitable<bool> hold(std::string key, std::string owner) override {
        co_return is_owner(key, owner);
    }
    boost::asio::awaitable<bool> note_sent(std::string key, std::string owner) override {
        if (!is_owner(key, owner)) co_return false;
        records[key].state = State::sent;
        co_return true;
    }
    boost::asio::awaitable<void> finish(redis::BookingClaim claim, std::string answer, std::string id,
                                        std::int64_t) override {
        records[claim.key] = {claim.body, std::move(answer), claim.form_nonce, State::done};
        open[claim.email].erase(claim.key);
        open[claim.email].insert(std::move(id));
        if (is_owner(claim.key, claim.owner)) locks.erase(claim.key);
        co_return;
    }
    boost::asio::awaitable<void> give_up(redis::BookingClaim claim) override {
        if (!is_owner(claim.key, claim.owner)) co_return;
        records.erase(claim.key);
        locks.erase(claim.key);
        forms.erase(claim.form_nonce);
        --addresses[claim.address];
        open[claim.email].erase(claim.key);
    }
    boost::asio::awaitable<void> unlock(std::string key, std::string owner) override {
        if (is_owner(key, owner)) locks.erase(key);
        co_return;
    }
    boost::asio::awaitable<std::vector<std::string>> open_of(std::string email) override {
        co_return std::vector<std::string>(open[email].begin(), open[email].end());
    }
    boost::asio::awaitable<void> close(std::string email, std::string id) override {
        open[email].erase(id);
        co_return;
    }
    boost::asio::awaitable<bool> count_day(std::string day, std::int64_t most) override {
        if (days[day] >= most) co_return false;
        ++days[day];
        co_return true;
    }
    boost::asio::awaitable<void> uncount_day(std::string day) override {
        --days[day];
        co_return;
    }
    boost::asio::awaitable<void> note_page(std::string type, std::string url) override {
        pages[type] = std::move(url);
        co_return;
    }
    boost::asio::awaitable<std::string> page_of(std::string type) override { co_return pages[type]; }

private:
    bool is_owner(const std::string& key, const std::string& owner) const {
        const auto lock = locks.find(key);
        return lock != locks.end() && lock->second == owner;
    }

    State try_claim(const redis::BookingClaim& claim) {
        const auto found = records.find(claim.key);
        if (found != records.end()) {
            if (found->second.body != claim.body) return State::other_body;
            if (claim.is_form_expired && found->second.form != claim.form_nonce) return State::spent_form;
            if (found->second.state == State::done) return State::done;
            if (locks.contains(claim.key)) return State::in_progress;
            locks[claim.key] = claim.owner;
            return found->second.state;
        }
        if (!claim.form_nonce.empty() && (claim.is_form_expired || forms.contains(claim.form_nonce)))
            return State::spent_form;
        if (!claim.address.empty() && claim.most_of_address > 0 &&
            addresses[claim.address] >= claim.most_of_address)
            return State::address;
        if (static_cast<std::int64_t>(open[claim.email].size()) >= claim.most_of_email) return State::email;
        ++addresses[claim.address];
        open[claim.email].insert(claim.key);
        records[claim.key] = {claim.body, "", claim.form_nonce, State::begun};
        if (!claim.form_nonce.empty()) forms[claim.form_nonce] = claim.key;
        locks[claim.key] = claim.owner;
        return State::fresh;
    }
};

}  // namespace fakes
