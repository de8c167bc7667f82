// Random lives of a link, in a model of sockets, timers and a resolver that fail as they like. The rules: it
// never sleeps for ever, never holds two connections, and is ready only where Redis has said all it must.
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "tests/unit/edge/link_state.hpp"

namespace edge::redis {
namespace link_state_model_test {

using std::chrono::milliseconds;

class Life {
public:
    explicit Life(unsigned seed) : chance_(seed), state_(settings()) {}

    void live(int events) {
        carry_out(state_.start(below(servers_)));
        for (int i = 0; i < events && !testing::Test::HasFailure(); ++i) {
            now_ += milliseconds(below(3000));
            something_happens();
            expect_rules();
        }
        carry_out(state_.stop());
        EXPECT_FALSE(lookup_ || socket_ || !timers_.empty()) << "nothing may be left when the worker leaves";
    }

private:
    static unsigned long spread() { return 3; }

    std::size_t below(std::size_t limit) { return chance_() % limit; }
    bool one_in(std::size_t n) { return below(n) == 0; }

    LinkSettings settings() {
        servers_ = 1 + below(3);
        LinkSettings made{{}, milliseconds(1000), milliseconds(5000), spread};
        for (std::size_t i = 0; i < servers_; ++i)
            made.servers.push_back(
                {.addresses = 1 + below(3), .name_may_change = one_in(2), .tls = one_in(2)});
        return made;
    }

    void something_happens() {
        if (!timers_.empty() && one_in(4)) return fire();
        if (lookup_) return find_name();
        if (socket_ && !connected_) return connect_or_fail();
        if (connected_ && state_.awaits_own_reply() && !one_in(5)) return answer();
        if (connected_ && one_in(3)) return lose();
        if (connected_) state_.on_bytes(now_);
        if (state_.ready() && one_in(2)) state_.on_served();
    }

    void fire() {
        const auto which = std::next(timers_.begin(), static_cast<long>(below(timers_.size())))->first;
        timers_.erase(which);
        switch (which) {
            case LinkTimer::attempt:
                return carry_out(state_.on_attempt_overdue(one_in(2), now_));
            case LinkTimer::next_attempt:
                return carry_out(state_.on_attempt_due());
            case LinkTimer::patience:
                return carry_out(state_.on_patience_over());
            case LinkTimer::idle:
                return carry_out(state_.on_idle(static_cast<Expectation>(below(3)), now_));
        }
    }

    void find_name() {
        lookup_ = false;
        if (one_in(3)) return carry_out(state_.on_no_addresses("Host not found"));
        const auto count = 1 + below(4);
        carry_out(state_.on_addresses(count, below(count)));
    }

    void connect_or_fail() {
        if (one_in(3)) return carry_out(state_.on_broken("connecting failed", 111, now_));
        connected_ = true;
        carry_out(state_.on_connected(now_));
    }

    void answer() {
        const std::string_view answers[] = {
            "+PONG\r\n",   "+OK\r\n",    "*1\r\n$6\r\nmaster\r\n", "*1\r\n$5\r\nslave\r\n", "-LOADING\r\n",
            "-ERR no\r\n", "-NOPERM\r\n"};
        const auto bytes = one_in(3) ? answers[below(7)] : answers[state_.ready() || servers_ == 1 ? 0 : 2];
        state_.on_bytes(now_);
        carry_out(state_.on_reply(*reply(bytes)));
    }

    void lose() {
        if (one_in(2)) return carry_out(state_.on_closed(104, now_));
        const auto verdict = one_in(2) ? Verdict::broken : Verdict::unsuitable;
        carry_out(state_.lose({"READONLY", Result::redis_error, verdict}, now_));
    }

    void carry_out(const Actions& actions) {
        for (const auto& action : actions) {
            EXPECT_FALSE(may_raise_an_event(action) && &action != &actions.back()) << in_words(actions);
            std::visit([&](const auto& what) { carry_out(what); }, action);
        }
    }
    void carry_out(const action::LookUpName&) {
        EXPECT_FALSE(lookup_ || socket_);
        lookup_ = true;
    }
    void carry_out(const action::Connect&) {
        EXPECT_FALSE(lookup_ || socket_) << "one connection at a time";
        socket_ = true;
    }
    void carry_out(const action::Say&) { EXPECT_TRUE(connected_); }
    void carry_out(const action::Close&) {
        lookup_ = socket_ = connected_ = false;
        timers_.erase(LinkTimer::attempt);
        timers_.erase(LinkTimer::idle);
    }
    void carry_out(const action::Start& start) {
        EXPECT_GE(start.delay.count(), 0);
        timers_[start.timer] = start.delay;
    }
    void carry_out(const action::Stop& stop) { timers_.erase(stop.timer); }
    void carry_out(const action::Complain& complaint) {
        EXPECT_LT(complaint.server, servers_);
        EXPECT_NE(complaint.what, "");
    }
    void carry_out(const action::TellReady&) { EXPECT_TRUE(connected_ && state_.ready()); }
    void carry_out(const action::TellLost&) { EXPECT_FALSE(state_.ready()); }

    void expect_rules() {
        const auto runs = [&](LinkTimer timer) { return timers_.contains(timer); };
        const bool goes_on = lookup_ || runs(LinkTimer::next_attempt) ||
                             (socket_ && runs(state_.ready() ? LinkTimer::idle : LinkTimer::attempt));
        EXPECT_TRUE(goes_on) << "something must be due, or the link sleeps for ever";
        EXPECT_EQ(state_.talking(), connected_);
        EXPECT_FALSE(state_.ready() && state_.down());
        EXPECT_FALSE(state_.ready() && runs(LinkTimer::patience));
        EXPECT_LT(state_.server(), servers_);
    }

    std::mt19937 chance_;
    std::size_t servers_ = 0;
    LinkState state_;
    LinkState::Time now_{std::chrono::seconds(1000)};
    std::map<LinkTimer, milliseconds> timers_;
    bool lookup_ = false, socket_ = false, connected_ = false;
};

TEST(EdgeLinkStateModel, EveryRandomLifeKeepsTheRules) {
    for (unsigned seed = 0; seed < 2000 && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Life(seed).live(200);
    }
}

}  // namespace link_state_model_test
}  // namespace edge::redis
