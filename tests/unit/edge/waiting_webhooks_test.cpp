// How long a webhook waits for a Redis that answers when and what it likes. The rule: while somebody waits to
// be told, the deadline runs, and nobody waits longer than the timeout.
#include <random>

#include "tests/unit/edge/waiting_webhooks_fixture.hpp"

namespace edge::store {
namespace waiting_webhooks_test {

using namespace waiting_webhooks_support;

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
