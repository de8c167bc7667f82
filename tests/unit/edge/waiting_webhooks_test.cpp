// How long a webhook waits for a Redis that answers when and what it likes. The rule: while somebody waits to
// be told, the deadline runs, and nobody waits longer than the timeout.
#include <deque>
#include <memory>
#include <random>

#include <gmock/gmock.h>

#include "ngx_module/redis/reply_reader.hpp"
#include "ngx_module/store/waiting_webhooks.hpp"
#include "shared/resp.hpp"

namespace edge::store {
namespace waiting_webhooks_test {

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

TEST_F(EdgeWaitingWebhooks, AreToldWhatRedisSaysAndThenNoDeadlineRuns) {
    arrive();
    end_turn();
    EXPECT_TRUE(loop_.deadline_runs());
    answer();
    EXPECT_EQ(told(), std::vector<std::string>{"stored"});
    EXPECT_FALSE(loop_.deadline_runs());
}

TEST_F(EdgeWaitingWebhooks, HeldBackBehindASilentBatchAreToldInTimeToo) {
    be_slow_once();
    for (int i = 0; i < 3; ++i) {
        arrive();
        end_turn();
    }
    EXPECT_EQ(connection_.due.size(), 1u) << "the others are held back";
    pass(timeout);
    EXPECT_EQ(told(), std::vector<std::string>(3, "redis_timeout"));
    EXPECT_EQ(connection_.losses, 1);
}

TEST_F(EdgeWaitingWebhooks, ThatOutliveALostConnectionKeepTheirDeadline) {
    be_slow_once();
    arrive();
    end_turn();
    pass(1s);
    arrive();
    end_turn();
    pass(1s);
    EXPECT_EQ(told(), (std::vector<std::string>{"redis_timeout", ""}));
    become_ready();
    expect_rules();
    pass(1s);
    EXPECT_EQ(told(), std::vector<std::string>(2, "redis_timeout"));
    EXPECT_FALSE(loop_.deadline_runs());
}

TEST_F(EdgeWaitingWebhooks, KeepTheirDeadlineWhenTheConnectionBreaksByItself) {
    be_slow_once();
    arrive();
    arrive();
    end_turn();
    arrive();
    pass(500ms);
    connection_.lose({"broken"});
    EXPECT_EQ(told(), (std::vector<std::string>{"redis_unavailable", "redis_unavailable", ""}));
    expect_rules();
    pass(1500ms);
    EXPECT_EQ(requests_[2]->told, "redis_timeout");
}

TEST_F(EdgeWaitingWebhooks, WhoIsLateOnAConnectionThatIsHeardIsNotStoredOverTheNextOne) {
    arrive(std::string(9000, 'x'));
    arrive(std::string(9000, 'x'));
    connection_.is_ready = false;
    end_turn();
    pass(1999ms);
    connection_.is_ready = true;
    connection_.heard = loop_.time;
    pass(1ms);
    EXPECT_EQ(told(), std::vector<std::string>(2, "redis_timeout"));
    EXPECT_EQ(connection_.losses, 0);
    connection_.lose({"broken"});
    become_ready();
    EXPECT_TRUE(connection_.due.empty());
}

TEST_F(EdgeWaitingWebhooks, ARequestThatComesWhileAnotherIsToldWaitsNoLongerThanItsOwnTime) {
    auto& first = arrive();
    first.when_told = [&] { arrive(); };
    end_turn();
    pass(timeout);
    EXPECT_EQ(told(), (std::vector<std::string>{"redis_timeout", ""}));
    expect_rules();
    pass(timeout);
    EXPECT_EQ(requests_[1]->told, "redis_timeout");
}

// --- a cluster

class EdgeWaitingWebhooksOfACluster : public EdgeWaitingWebhooks {
protected:
    EdgeWaitingWebhooksOfACluster() {
        there_.connection_.owner = &there_.webhooks_;
        elsewhere_.other = &there_.webhooks_;
    }
    void redirect() {
        say("-MOVED 3999 10.0.0.2:7000\r\n");
        connection_.due.pop_front();
    }

    World there_;
};

TEST_F(EdgeWaitingWebhooksOfACluster, AreStoredByTheNodeThatHasTheirStream) {
    arrive();
    end_turn();
    redirect();
    EXPECT_EQ(told(), std::vector<std::string>{""});
    expect_rules();
    EXPECT_TRUE(there_.loop_.deadline_runs());
    there_.end_turn();
    there_.answer();
    EXPECT_EQ(told(), std::vector<std::string>{"stored"});
    EXPECT_FALSE(there_.loop_.deadline_runs());
    EXPECT_EQ(connection_.last_complaint, "") << "it is no trouble";
}

TEST_F(EdgeWaitingWebhooksOfACluster, AreToldInTimeThoughTheOtherNodeIsSilent) {
    arrive();
    end_turn();
    pass(1s);
    there_.loop_.time = loop_.time;
    redirect();
    there_.end_turn();
    there_.pass(1s);
    EXPECT_EQ(told(), std::vector<std::string>{"redis_timeout"});
}

TEST_F(EdgeWaitingWebhooksOfACluster, AreToldAtOnceThatTheOtherNodeIsNotThere) {
    there_.connection_.is_ready = there_.connection_.is_patient = false;
    arrive();
    end_turn();
    redirect();
    EXPECT_EQ(told(), std::vector<std::string>{"redis_unavailable"});
    EXPECT_EQ(there_.webhooks_.size(), 0u);
    EXPECT_FALSE(there_.loop_.deadline_runs());
}

TEST_F(EdgeWaitingWebhooksOfACluster, OfALostConnectionAndADownClusterTheOthersAreTold) {
    connection_.lose({"broken"});
    EXPECT_EQ(elsewhere_.gone, 1);
    become_ready();
    arrive();
    end_turn();
    say("-CLUSTERDOWN Hash slot not served\r\n");
    EXPECT_EQ(told(), std::vector<std::string>{"redis_error"});
    EXPECT_EQ(elsewhere_.gone, 2);
}

TEST_F(EdgeWaitingWebhooksOfACluster, WhoMayNotAskIsToldWhatToAllow) {
    arrive();
    end_turn();
    say("-ASK 3999 10.0.0.2:7000\r\n");
    there_.end_turn();
    there_.say("-NOPERM this user has no permissions to run the 'asking' command\r\n");
    EXPECT_THAT(there_.connection_.last_complaint, testing::HasSubstr("allow +asking"));
}

class Life : World {
public:
    explicit Life(unsigned seed) : chance_(seed) {}

    void live(int events) {
        for (int i = 0; i < events && !testing::Test::HasFailure(); ++i) {
            something_happens();
            expect_rules();
        }
        pass(timeout);
        for (const auto& request : requests_) EXPECT_NE(request->told, "") << "nobody waits for ever";
        EXPECT_FALSE(loop_.deadline_runs());
    }

private:
    std::size_t below(std::size_t limit) { return chance_() % limit; }

    void something_happens() {
        switch (below(8)) {
            case 0:
            case 1:
                if (!webhooks_.refusal(0, 8192)) arrive(std::string(below(4) ? 10 : 9000, 'x'));
                return;
            case 2:
                return end_turn();
            case 3:
                return answer();
            case 4:
                return pass(std::chrono::milliseconds(below(900)));
            case 5:
                if (connection_.is_ready) connection_.heard = loop_.time;  // a reply to something else
                return;
            case 6:
                if (!connection_.is_ready) become_ready();
                return;
            case 7:
                if (below(3)) return;
                connection_.is_patient = below(2);
                if (connection_.is_ready) return connection_.lose({"broken"});
                return webhooks_.on_lost(
                    Result::redis_unavailable);  // patience is over, or an attempt failed
        }
    }

    std::mt19937 chance_;
};

TEST(EdgeWaitingWebhooksModel, EveryRandomLifeKeepsTheDeadline) {
    for (unsigned seed = 0; seed < 1000 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Life(seed).live(200);
    }
}

}  // namespace waiting_webhooks_test
}  // namespace edge::store
