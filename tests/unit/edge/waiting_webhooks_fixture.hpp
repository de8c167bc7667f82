// Webhooks that wait for a Redis that answers when and what it likes, in an event loop whose time the test
// makes.
#pragma once

#include <deque>
#include <memory>

#include <gmock/gmock.h>

#include "ngx_module/redis/reply_reader.hpp"
#include "ngx_module/store/waiting_webhooks.hpp"
#include "shared/resp.hpp"

namespace edge::store {
namespace waiting_webhooks_support {

using namespace std::chrono_literals;
using Time = Clock::time_point;

constexpr Clock::duration timeout = 2s;

// nginx's event loop: a clock, a timer, and what is due at the end of a turn.
struct FakeLoop final : WaitingWebhooks::Loop {
    Time now() const override { return time; }
    void flush_soon() override { flush_is_due = true; }
    void start_deadline(Clock::duration delay) noexcept override { deadline = time + delay; }
    void stop_deadline() noexcept override { deadline.reset(); }
    bool deadline_runs() const noexcept override { return deadline.has_value(); }

    Time time{1000s};
    std::optional<Time> deadline;
    bool flush_is_due = false;
};

// A connection that takes what is sent and knows how many replies are due.
struct FakeConnection final : redis::Connection {
    bool ready() const override { return is_ready; }
    bool promising() const override { return is_ready || is_patient; }
    bool master_is_elsewhere(std::string_view) const override { return false; }
    Time heard_at() const override { return heard; }
    void served() override {}
    bool writable() const override { return is_ready; }
    std::size_t send(std::span<const std::string_view> pieces) override {
        std::size_t size = 0;
        for (const auto piece : pieces) {
            commands->feed(piece);
            size += piece.size();
        }
        while (const auto command = commands->next()) due.emplace_back(shared::text(*command->element[0]));
        return size;
    }
    void lose(const redis::Loss& loss) override {
        if (!is_ready && !is_patient) return;
        is_ready = false;
        ++losses;
        due.clear();
        commands = std::make_unique<shared::ReplyReader>();
        owner->on_lost(loss.result);
    }
    void complain(std::string_view what) override { last_complaint = what; }
    void count_not_stored() override {}

    WaitingWebhooks* owner = nullptr;
    bool is_ready = true, is_patient = true;
    Time heard{1000s};
    int losses = 0;
    std::string last_complaint;
    std::deque<std::string> due;  // names of commands
    std::unique_ptr<shared::ReplyReader> commands = std::make_unique<shared::ReplyReader>();
};

// The other node of a cluster, when there is one.
struct FakeElsewhere final : WaitingWebhooks::Elsewhere {
    void forward(WaitingWebhooks& from, const shared::RedisRedirection& redirection) override {
        ++forwarded;
        (other ? *other : from).adopt(from, redirection.asks);
    }
    void on_gone(WaitingWebhooks&) override { ++gone; }

    WaitingWebhooks* other = nullptr;
    int forwarded = 0, gone = 0;
};

struct Request final : Observer {
    void on_stored(std::string_view) noexcept override { end("stored"); }
    void on_not_stored(Result why) noexcept override { end(std::string(name(why))); }
    void end(std::string how) {
        EXPECT_EQ(told, "") << "told twice";
        told = std::move(how);
        if (when_told) when_told();
    }

    Time since;
    std::string told;
    std::string text = "body";
    std::vector<std::string_view> body{text};
    std::function<void()> when_told;
};

class World {
public:
    World() { connection_.owner = &webhooks_; }

    Request& arrive(std::string text = "body") {
        auto& request = *requests_.emplace_back(std::make_unique<Request>());
        request.since = loop_.time;
        request.text = std::move(text);
        request.body = {request.text};
        webhooks_.store({.stream = "s", .t = "1", .received_ms = 2, .key_index = 0}, request.body, request,
                        metrics_);
        return request;
    }

    void end_turn() {
        if (std::exchange(loop_.flush_is_due, false)) webhooks_.flush();
    }

    // Redis says what is due, in full.
    void answer() {
        connection_.heard = loop_.time;
        std::size_t queued = 0;
        while (!connection_.due.empty() && connection_.is_ready) {
            const auto command = connection_.due.front();
            connection_.due.pop_front();
            queued = command == "MULTI" ? 1 : queued > 0 && command == "XADD" ? queued + 1 : queued;
            say(command == "EXEC" ? array_of_ids(std::exchange(queued, 0) - 1) : queued ? "+OK\r\n" : id);
        }
        end_turn();
    }

    // Time goes by; the timer fires at its time.
    void pass(Clock::duration duration) {
        const auto end = loop_.time + duration;
        while (loop_.deadline && *loop_.deadline <= end) {
            loop_.time = *loop_.deadline;
            loop_.deadline.reset();
            webhooks_.check_deadlines();
            end_turn();
            expect_rules();
        }
        loop_.time = end;
    }

    void become_ready() {
        connection_.is_ready = connection_.is_patient = true;
        connection_.heard = loop_.time;
        webhooks_.on_ready();
    }

    void expect_rules() const {
        const auto oldest = webhooks_.oldest();
        ASSERT_EQ(loop_.deadline.has_value(), oldest.has_value())
            << "it runs while somebody waits, and only then";
        ASSERT_LE(loop_.deadline.value_or(Time::min()),
                  oldest.value_or(Time::min()) + (oldest ? timeout : 0s));
        for (const auto& request : requests_) {
            const bool in_time = !request->told.empty() || loop_.time <= request->since + timeout;
            ASSERT_TRUE(in_time) << "waits too long";
        }
    }

    FakeLoop loop_;
    FakeConnection connection_;
    FakeElsewhere elsewhere_;
    WaitingWebhooks webhooks_{connection_, loop_, elsewhere_, timeout};
    std::vector<std::unique_ptr<Request>> requests_;

    void say(const std::string& bytes) {
        redis::ReplyReader reader;
        reader.feed(bytes);
        webhooks_.on_reply(*reader.next());
    }

private:
    static constexpr const char* id = "$3\r\n1-1\r\n";

    static std::string array_of_ids(std::size_t count) {
        std::string bytes;
        shared::append_array_header(bytes, count);
        for (std::size_t i = 0; i < count; ++i) bytes += id;
        return bytes;
    }

    metrics::ConnectorMetrics metrics_;
};

class EdgeWaitingWebhooks : public testing::Test, public World {
protected:
    // An acknowledgement that took more than a millisecond: from now on one batch after the other.
    void be_slow_once() {
        arrive();
        end_turn();
        pass(5ms);
        answer();
        requests_.clear();
    }

    std::vector<std::string> told() const {
        std::vector<std::string> all;
        for (const auto& request : requests_) all.push_back(request->told);
        return all;
    }
};

}  // namespace waiting_webhooks_support
}  // namespace edge::store
