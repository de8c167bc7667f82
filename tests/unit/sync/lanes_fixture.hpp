// Lanes on a queue in memory, and work that waits for the test's word.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include <spdlog/logger.h>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include "redis/error.hpp"
#include "rules/time_zones.hpp"
#include "sync/connector_status.hpp"
#include "sync/lanes.hpp"
#include "unit/fakes/entry_queue.hpp"

namespace lanes_support {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using syncing::Batch;
using syncing::Item;
using syncing::Lanes;

constexpr std::size_t many = 3 * Lanes::most_waiting + 7;

// Notes what it is given when let() says so; throws what the test wants.
class GatedWork final : public syncing::BatchWork {
public:
    explicit GatedWork(asio::any_io_executor executor) : gate_(std::move(executor)) {}

    asio::awaitable<void> process(std::string person, Batch batch) override {
        largest = std::max(largest, batch.size());
        co_await gate_.wait();
        if (on_process) on_process(batch);
        for (const auto& item : batch) worked[person].push_back(item.entry.id);
    }

    void let() { gate_.notify(); }

    std::map<std::string, std::vector<std::string>> worked;  // ids by person
    std::function<void(const Batch& batch)> on_process;
    std::size_t largest = 0;

private:
    net::Event gate_;
};

inline redis::Error trouble(redis::Error::Kind kind) {
    return redis::Error(kind, "on purpose");
}

class LanesTest : public testing::Test {
protected:
    void push(const std::string& person, std::size_t count) {
        read(person, count);
        run();
    }
    void read(const std::string& person, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            auto entry = entry_of(queue_.put(R"({"event":"anything.else"})"));
            pushed_[person].push_back(entry.id);
            lanes_.push(person, syncing::read_item(std::move(entry)));
        }
    }

    // As if the queue had handed it out.
    shared::WebhookEntry entry_of(const std::string& id) {
        shared::WebhookEntry entry;
        entry.id = id;
        entry.body = R"({"event":"anything.else"})";
        queue_.pending[id] = entry;
        return entry;
    }

    void let() {
        work_.let();
        run();
    }

    bool is_idle() { return lanes_.idle().is_set(); }

    void let_all() {
        for (std::size_t turns = 0; !is_idle(); ++turns) {
            ASSERT_LT(turns, many) << "every turn works something off";
            let();
        }
    }

    // With the pauses after trouble, which last a millisecond.
    template <typename Condition>
    void run_until(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (!condition() && std::chrono::steady_clock::now() < deadline) {
            work_.let();
            io_.restart();
            io_.run_for(1ms);
        }
        EXPECT_TRUE(condition());
    }
    void run_until_idle() {
        run_until([this] { return is_idle(); });
    }

    std::size_t done(const std::string& person) { return work_.worked[person].size(); }
    std::size_t times_read_again() const {
        return static_cast<std::size_t>(std::ranges::count(queue_.calls, "read_again"));
    }

    void run() {
        io_.restart();
        io_.poll();
    }

    asio::io_context io_;
    net::Interruption interruption_{io_.get_executor()};
    std::shared_ptr<spdlog::logger> log_ = std::make_shared<spdlog::logger>("nowhere");
    syncing::RedisState redis_{log_};
    syncing::Counters counters_;
    syncing::Troubles troubles_{{.first = 1ms, .longest = 2ms}, counters_, log_};
    syncing::Timing timing_{.redis_pause = 1ms, .patience = {.backoff = {.first = 1ms, .longest = 2ms}}};
    fakes::EntryQueue queue_{io_.get_executor()};
    GatedWork work_{io_.get_executor()};
    Lanes lanes_{io_.get_executor(), queue_, work_, interruption_, redis_, troubles_, timing_};
    std::map<std::string, std::vector<std::string>> pushed_;  // ids by person
};

}  // namespace lanes_support
