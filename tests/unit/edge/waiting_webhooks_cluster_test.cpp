// How long a webhook waits whose stream another node of a cluster has.
#include "tests/unit/edge/waiting_webhooks_fixture.hpp"

namespace edge::store {
namespace waiting_webhooks_cluster_test {

using namespace waiting_webhooks_support;

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

}  // namespace waiting_webhooks_cluster_test
}  // namespace edge::store
