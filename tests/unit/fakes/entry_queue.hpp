// A queue in memory that behaves like the stream and its group, seen by one consumer.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "net/event.hpp"
#include "redis/entry_queue.hpp"
#include "redis/error.hpp"

namespace fakes {

class EntryQueue final : public redis::EntryQueue {
public:
    explicit EntryQueue(boost::asio::any_io_executor executor) : arrived_(std::move(executor)) {}

    // What was asked, in order: "ensure_group", "read_new", "take_back", "read_again", "take_over", "refresh
    // 3", "discard 1", "leave".
    std::vector<std::string> calls;
    std::map<std::string, shared::WebhookEntry>
        pending;                                       // handed out, neither discarded nor committed, by id
    std::vector<shared::WebhookEntry> left_by_others;  // what take_over() finds
    std::vector<std::string> unreadable;               // what the next read_new() brings besides
    std::vector<std::string> discarded;                // ids
    std::set<std::string> gone;                        // ids that read_again() does not find any more

    // Called at each call before it is answered; may throw redis::Error.
    std::function<void(const std::string& call)> on_call;

    // An entry as the edge would have written it; gives its id.
    std::string put(std::string body) {
        shared::WebhookEntry entry;
        entry.body = std::move(body);
        entry.id = std::to_string(++last_id_) + "-0";
        entry.key = "0";
        new_.push_back(entry);
        arrived_.notify();
        return entry.id;
    }

    std::size_t backlog() const noexcept { return new_.size(); }

    // As an acknowledgement would.
    void forget(const std::vector<std::string>& ids) {
        for (const auto& id : ids) pending.erase(id);
    }

    boost::asio::awaitable<std::string> append(shared::WebhookEntry entry) override {
        note("append");
        co_return put(std::move(entry.body));
    }

    boost::asio::awaitable<void> ensure_group() override {
        note("ensure_group");
        co_return;
    }

    boost::asio::awaitable<redis::Read> read_new(std::size_t count,
                                                 std::chrono::milliseconds block) override {
        note("read_new");
        is_interrupted_ = false;
        if (new_.empty()) co_await arrived_.wait_until(std::chrono::steady_clock::now() + block);
        if (is_interrupted_) throw redis::Error(redis::Error::Kind::connection, "interrupted");
        redis::Read read;
        read.unreadable = std::exchange(unreadable, {});
        while (!new_.empty() && read.entries.size() < count) {
            pending[new_.front().id] = new_.front();
            read.entries.push_back(std::move(new_.front()));
            new_.pop_front();
        }
        co_return read;
    }

    boost::asio::awaitable<redis::Read> take_back(const std::set<std::string>& held) override {
        note("take_back");
        redis::Read read;
        for (const auto& [id, entry] : pending)
            if (!held.contains(id)) read.entries.push_back(entry);
        co_return read;
    }

    boost::asio::awaitable<redis::Read> read_again(std::vector<std::string> ids) override {
        note("read_again");
        redis::Read read;
        for (const auto& id : ids)
            if (pending.contains(id) && !gone.contains(id)) read.entries.push_back(pending.at(id));
        co_return read;
    }

    boost::asio::awaitable<redis::Read> take_over(std::size_t count, std::chrono::milliseconds) override {
        note("take_over");
        redis::Read read;
        while (!left_by_others.empty() && read.entries.size() < count) {
            pending[left_by_others.back().id] = left_by_others.back();
            read.entries.push_back(std::move(left_by_others.back()));
            left_by_others.pop_back();
        }
        co_return read;
    }

    boost::asio::awaitable<void> refresh(std::vector<std::string> ids) override {
        note("refresh " + std::to_string(ids.size()));
        co_return;
    }

    boost::asio::awaitable<void> discard(std::vector<std::string> ids) override {
        note("discard " + std::to_string(ids.size()));
        forget(ids);
        discarded.insert(discarded.end(), ids.begin(), ids.end());
        co_return;
    }

    void interrupt() override {
        is_interrupted_ = true;
        arrived_.notify();
    }

    boost::asio::awaitable<void> leave() override {
        note("leave");
        co_return;
    }

private:
    void note(const std::string& call) {
        calls.push_back(call);
        if (on_call) on_call(call);
    }

    std::deque<shared::WebhookEntry> new_;
    net::Event arrived_;
    std::uint64_t last_id_ = 0;
    bool is_interrupted_ = false;
};

}  // namespace fakes
