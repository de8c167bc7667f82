// Looking at Calendly's subscriptions and changing them; probing the edge; rotating the key.
#include <boost/asio/ip/tcp.hpp>

#include "http/server.hpp"
#include "unit/upkeep/fixture.hpp"

namespace subscriptions_test {

using namespace upkeep_support;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;

class UpkeepSubscriptions : public UpkeepTest {
protected:
    api::Answer<upkeep::Change> repair() {
        auto seen = result_of(subscriptions.look());
        auto plan = rules::plan_repair(seen->verdict, wanted_);
        return result_of(subscriptions.carry_out(std::move(plan), seen->user, key_, {}));
    }
};

TEST_F(UpkeepSubscriptions, AreThoseOfBothScopes) {
    account.all = {ours(), ours("s2", "https://elsewhere.example.com/")};
    account.all[1].scope = "user";
    const auto seen = result_of(subscriptions.look());
    EXPECT_THAT(seen->verdict.subscriptions, SizeIs(2));
    EXPECT_TRUE(seen->sees_organization);
    result_of(subscriptions.look());
    EXPECT_EQ(std::ranges::count(account.calls, "me"), 1) << "who we are does not change";
}

TEST_F(UpkeepSubscriptions, OfAMemberAreTheirOwn) {
    account.leads = false;
    const auto seen = result_of(subscriptions.look());
    ASSERT_TRUE(seen);
    EXPECT_FALSE(seen->sees_organization);
    EXPECT_EQ(seen->verdict.state, rules::SubscriptionState::missing);
}

TEST_F(UpkeepSubscriptions, AFailureIsNoVerdict) {
    for (const auto* call : {"me", "list organization", "list user"}) {
        upkeep::Subscriptions fresh(account, wanted_, interruption, 0ms);
        account.on_call = [call](const std::string& asked) -> std::optional<api::ApiFailure> {
            if (asked != call) return std::nullopt;
            return fakes::AccountApi::failure(503, api::Remedy::retry);
        };
        EXPECT_FALSE(result_of(fresh.look())) << call;
    }
}

TEST_F(UpkeepSubscriptions, TheNewOneIsMadeBeforeTheOldOneGoes) {
    account.all = {ours()};
    account.all[0].events = {"invitee.canceled"};
    const auto change = repair();
    ASSERT_TRUE(change);
    EXPECT_EQ(change->made->url, wanted_.url + "?v=2");
    EXPECT_THAT(change->removed, ElementsAre("s1"));
    EXPECT_THAT(account.calls,
                ElementsAre("me", "list organization", "list user", "subscribe", "unsubscribe"));
    EXPECT_EQ(account.made[0].signing_key, key_);
}

TEST_F(UpkeepSubscriptions, WithoutANewOneTheOldOneStays) {
    account.all = {ours()};
    account.all[0].events = {"invitee.canceled"};
    account.on_call = [](const std::string& call) -> std::optional<api::ApiFailure> {
        if (call != "subscribe") return std::nullopt;
        return fakes::AccountApi::failure(403, api::Remedy::give_up);
    };
    EXPECT_FALSE(repair());
    EXPECT_THAT(account.all, SizeIs(1));
}

TEST_F(UpkeepSubscriptions, AUrlThatSomebodyHasIsPassedOver) {
    auto hidden = ours("s9");
    hidden.scope = "group";
    account.all = {hidden};
    const auto change = repair();
    ASSERT_TRUE(change);
    EXPECT_EQ(change->made->url, wanted_.url + "?v=2");
}

TEST_F(UpkeepSubscriptions, ARefusalSaysWhatToDo) {
    const auto explained = [&](unsigned status, const std::string& body = "") {
        return upkeep::explain(fakes::AccountApi::failure(status, api::Remedy::give_up, body), wanted_);
    };
    EXPECT_THAT(explained(403), HasSubstr("owner or an admin"));
    EXPECT_THAT(explained(403, "Please upgrade to a paid account"), HasSubstr("plan does not include"));
    EXPECT_THAT(explained(409), HasSubstr("webhooks list"));
    EXPECT_THAT(explained(401), HasSubstr("check the token"));
}

TEST(WantedSubscription, NeedsAUrlAndAScopeThatCanBeNamed) {
    config::Webhook webhook;
    EXPECT_THROW(upkeep::wanted_by(webhook), std::invalid_argument);
    webhook.url = "https://hooks.example.com/calendly";
    EXPECT_EQ(upkeep::wanted_by(webhook).scope, calendly::Scope::organization);
    webhook.scope = "group";
    EXPECT_THROW(upkeep::wanted_by(webhook), std::invalid_argument);
}

class UpkeepProbe : public UpkeepTest {};

TEST_F(UpkeepProbe, ThatArrivesIsWell) {
    const auto result = result_of(probe.send(key_, 1s));
    EXPECT_TRUE(result.is_well());
    EXPECT_THAT(result.has_arrived, Optional(true));
    EXPECT_EQ(upkeep::describe(result), "");
}

TEST_F(UpkeepProbe, SaysWhatIsWrong) {
    const auto described = [&] { return upkeep::describe(result_of(probe.send(key_, 1ms))); };
    edge.has_agent = false;
    EXPECT_THAT(described(), HasSubstr("no agent has read it"));
    edge.accepts_all = true;
    EXPECT_THAT(described(), HasSubstr("forged probe answered 200"));
    edge.accepts_all = false;
    edge.keys = {"another-key-of-the-tests"};
    EXPECT_THAT(described(), HasSubstr("answered 401: nginx does not have this key"));
    edge.instead = 410;
    EXPECT_THAT(described(), HasSubstr("answered 410 instead of 200"));
    edge.is_down = true;
    EXPECT_THAT(described(), HasSubstr("Connection refused"));
}

TEST_F(UpkeepProbe, ARedisThatCannotBeAskedSaysNothingOfThePath) {
    edge.has_agent = false;
    store.shelf().is_down = true;
    const auto result = result_of(probe.send(key_, 1s));
    EXPECT_FALSE(result.has_arrived);
    EXPECT_TRUE(result.is_well());
}

TEST_F(UpkeepProbe, FindsTheNewestKeyThatIsAccepted) {
    upkeep::EdgeAnswer last;
    EXPECT_THAT(result_of(probe.newest_accepted({key_, "not-loaded-yet-by-nginx"}, last)), Optional(key_));
    EXPECT_FALSE(result_of(probe.newest_accepted({"not-loaded-yet-by-nginx"}, last)));
    EXPECT_EQ(last.status, 401u);
    edge.is_down = true;
    edge.posts = 0;
    EXPECT_FALSE(result_of(probe.newest_accepted({key_, key_}, last)));
    EXPECT_EQ(edge.posts, 1u) << "no other key would be answered";
}

// A server of its own: what goes over the wire.
TEST_F(UpkeepProbe, IsAPostWithTheUrlsQueryAndFollowsNoRedirection) {
    std::vector<http::Server::Request> asked;
    http::Server server(
        io.get_executor(), {.address = {asio::ip::address_v4::loopback(), 0}},
        [&](http::Server::Request request) -> asio::awaitable<std::optional<http::Server::Response>> {
            asked.push_back(std::move(request));
            http::Server::Response response(boost::beast::http::status::found, 11);
            response.set(http::Field::location, "/elsewhere");
            response.prepare_payload();
            co_return response;
        });
    server.start();
    const auto origin = "http://127.0.0.1:" + std::to_string(server.local_endpoint().port());
    upkeep::HttpEdge real(io.get_executor(), origin + "/hooks/a?v=2");
    EXPECT_EQ(result_of(real.post("{}", "t=1,v1=ab")).status, 302u);
    ASSERT_THAT(asked, SizeIs(1));
    EXPECT_EQ(asked[0].method(), http::Verb::post);
    EXPECT_EQ(asked[0].target(), "/hooks/a?v=2");
    EXPECT_EQ(asked[0][http::Field::user_agent], "calendly-brevo");
    EXPECT_EQ(asked[0]["Calendly-Webhook-Signature"], "t=1,v1=ab");
    EXPECT_EQ(asked[0].body(), "{}");
    EXPECT_THROW(upkeep::HttpEdge(io.get_executor(), "http://hooks.example.com/"), std::invalid_argument);
}

class UpkeepRotation : public UpkeepTest {
protected:
    std::string begin() { return result_of(rotation.begin(is_resumed_)); }
    calendly::Timestamp now() const { return std::chrono::floor<std::chrono::microseconds>(clock); }

    bool is_resumed_ = false;
};

TEST_F(UpkeepRotation, TheOldKeyGoesAfter25Hours) {
    const auto fresh = begin();
    EXPECT_FALSE(is_resumed_);
    EXPECT_THAT(keys_in_file(), ElementsAre(key_, fresh));
    EXPECT_TRUE(result_of(rotation.is_under_way()));
    run(rotation.retire_all_but(fresh, now()));
    EXPECT_FALSE(result_of(rotation.is_under_way()));
    advance(25h - 1s);
    auto finished = result_of(rotation.finish(now(), false));
    EXPECT_EQ(finished.removed, 0u);
    EXPECT_TRUE(finished.next);
    advance(1s);
    finished = result_of(rotation.finish(now(), false));
    EXPECT_EQ(finished.removed, 1u);
    EXPECT_THAT(keys_in_file(), ElementsAre(fresh));
    EXPECT_TRUE(store.shelf().values.empty()) << "nothing is left to be known";
}

TEST_F(UpkeepRotation, OneThatWasCutOffIsGoneOnWith) {
    const auto fresh = begin();
    EXPECT_EQ(begin(), fresh);
    EXPECT_TRUE(is_resumed_);
    EXPECT_THAT(keys_in_file(), ElementsAre(key_, fresh));
}

TEST_F(UpkeepRotation, OneThatWasCutOffBeforeItsKeyWasWrittenBeginsAnew) {
    run(store.set_rotation(rules::serialize({config::fingerprint("never-written"), {}})));
    const auto fresh = begin();
    EXPECT_FALSE(is_resumed_);
    EXPECT_THAT(keys_in_file(), ElementsAre(key_, fresh));
}

TEST_F(UpkeepRotation, AKeyThatIsRetiredTwiceKeepsItsTime) {
    const auto second = begin();
    run(rotation.retire_all_but(second, now()));
    advance(24h);
    const auto third = begin();
    run(rotation.retire_all_but(third, now()));
    advance(1h);
    EXPECT_EQ(result_of(rotation.finish(now(), false)).removed, 1u);
    EXPECT_THAT(keys_in_file(), ElementsAre(second, third));
    EXPECT_EQ(result_of(rotation.finish(now(), true)).removed, 1u);
    EXPECT_THAT(keys_in_file(), ElementsAre(third));
}

TEST_F(UpkeepRotation, TheKeyOfOneThatIsUnderWayIsNeverRemoved) {
    const auto fresh = begin();
    EXPECT_FALSE(result_of(rotation.finish(now(), true)).is_anything_retired);
    EXPECT_THAT(keys_in_file(), ElementsAre(key_, fresh));
}

}  // namespace subscriptions_test
