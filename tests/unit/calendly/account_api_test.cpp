// The account's calls and the login, against the sandbox's strict Calendly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/url.hpp>

#include "api/credential.hpp"
#include "calendly/http_account_api.hpp"
#include "calendly/http_token_server.hpp"
#include "sandbox/sandbox.hpp"
#include "unit/sandbox/support.hpp"

namespace account_api_test {

using namespace std::chrono_literals;
using calendly::Scope;
using testing::SizeIs;
namespace asio = boost::asio;

class CalendlyAccount : public testing::Test {
protected:
    static sandbox::Options options() {
        sandbox::Options options;
        options.world.calendly_rate = {};
        return options;
    }
    template <typename T>
    api::Answer<T> ask(asio::awaitable<api::Answer<T>> work) {
        return sandbox_test::run(io, std::move(work));
    }
    calendly::NewSubscription wanted(std::string url) {
        return {
            std::move(url),    {"invitee.created"}, ask(account.me())->organization, Scope::organization, "",
            "0123456789abcdef"};
    }
    std::unique_ptr<calendly::HttpAccountApi> as(const std::string& token) {
        return std::make_unique<calendly::HttpAccountApi>(
            io.get_executor(),
            calendly::ApiSettings{http::parse_url(running.addresses().calendly), "",
                                  std::make_shared<api::StaticCredential>(token, "Bearer ")},
            budget, interruption);
    }

    asio::io_context io{1};
    sandbox::Sandbox running{io, options()};
    net::Interruption interruption{io.get_executor()};
    std::shared_ptr<api::Budget> budget =
        std::make_shared<api::Budget>(io.get_executor(), api::RateLimit{}, nullptr);
    std::unique_ptr<calendly::HttpAccountApi> owner = as("sandbox-token");
    calendly::HttpAccountApi& account = *owner;
};

TEST_F(CalendlyAccount, TheTokenSaysWhoWeAreAndAsWhat) {
    const auto me = ask(account.me());
    ASSERT_TRUE(me);
    EXPECT_EQ(me->email, "harriet.host@example.com");
    EXPECT_EQ(*ask(account.role(*me)), calendly::Role::owner);
    EXPECT_EQ(ask(as("nothing")->me()).error().status, 401u);
}

TEST_F(CalendlyAccount, EveryPageOfSubscriptionsIsRead) {
    auto& subscriptions = *running.world().subscriptions;
    for (int i = 0; i < 29; ++i) {
        sandbox::Subscription one;
        one.id = "S" + std::to_string(i);
        one.callback_url = "https://x.org/" + std::to_string(i);
        one.scope = "organization";
        one.creator = running.world().calendly.owner().id;
        subscriptions.add(one);
    }
    const auto organization = ask(account.me())->organization;
    EXPECT_THAT(*ask(account.subscriptions(organization, Scope::organization, "")), SizeIs(29));
}

TEST_F(CalendlyAccount, ASubscriptionIsMadeOnceAndRemovedHoweverOften) {
    const auto made = ask(account.subscribe(wanted("https://x.org/h")));
    ASSERT_TRUE(made) << made.error().reason;
    EXPECT_EQ(made->state, "active");
    EXPECT_EQ(ask(account.subscribe(wanted("https://x.org/h"))).error().status, 409u);
    EXPECT_TRUE(ask(account.unsubscribe(made->uri)));
    EXPECT_TRUE(ask(account.unsubscribe(made->uri))) << "gone is gone";
    EXPECT_THAT(*ask(account.subscriptions(ask(account.me())->organization, Scope::organization, "")),
                SizeIs(0));
}

TEST_F(CalendlyAccount, AMemberMayNotLookAtTheOrganization) {
    auto& world = running.world();
    world.calendly_api.tokens().add("theirs", {world.calendly.users()[1].id, sandbox::all_scopes(), {}, {}});
    const auto member = as("theirs");
    const auto me = ask(member->me());
    EXPECT_EQ(*ask(member->role(*me)), calendly::Role::user);
    EXPECT_EQ(ask(member->subscriptions(me->organization, Scope::organization, "")).error().status, 403u);
    EXPECT_TRUE(ask(member->subscriptions(me->organization, Scope::user, me->uri)));
}

class CalendlyLogin : public CalendlyAccount {
protected:
    CalendlyLogin() {
        running.world().calendly_api.oauth().add({"app", "secret", app.redirect_uri, "signing key"});
    }
    // The browser's way: from the authorization page to the address that it is sent to.
    std::string sent_to(const calendly::Pkce& pkce) {
        const auto url =
            authorize_url(running.addresses().calendly, app, pkce, "s1", "users:read webhooks:write");
        auto request = sandbox_test::request("GET");
        request.set("User-Agent", "browser");
        auto result = sandbox_test::run(io, sandbox::send_once(url, std::move(request), tls, {}));
        return std::string(result.response["Location"]);
    }

    const calendly::OAuthApp app{"app", "secret", "https://x.org/callback"};
    asio::ssl::context tls{asio::ssl::context::tls_client};
    calendly::HttpTokenServer server{io.get_executor(), http::parse_url(running.addresses().calendly), "",
                                     app};
};

TEST_F(CalendlyLogin, LeadsFromTheBrowserToATokenThatServes) {
    const auto pkce = calendly::Pkce::from(std::string(32, 'r'));
    const auto callback = calendly::parse_callback(sent_to(pkce), "s1");
    const auto tokens = ask(server.redeem(pkce, callback.code));
    ASSERT_TRUE(tokens) << tokens.error().reason;
    EXPECT_EQ(tokens->scopes, "users:read webhooks:write");
    EXPECT_EQ(tokens->life, 7200s);
    EXPECT_TRUE(ask(as(tokens->access_token)->me()));
    const auto again = ask(server.redeem(pkce, callback.code));
    EXPECT_EQ(again.error().remedy, api::Remedy::park);
    EXPECT_EQ(again.error().reason, "Calendly answered 400 to POST /oauth/token (invalid_grant)");
}

TEST_F(CalendlyLogin, IsRenewedWithATokenThatServesOnceAndRevoked) {
    const auto pkce = calendly::Pkce::from(std::string(32, 'r'));
    const auto first = *ask(server.redeem(pkce, calendly::parse_callback(sent_to(pkce), "s1").code));
    const auto second = ask(server.refresh(first.refresh_token));
    ASSERT_TRUE(second);
    EXPECT_EQ(ask(server.refresh(first.refresh_token)).error().remedy, api::Remedy::park);
    EXPECT_TRUE(ask(server.revoke(second->access_token)));
    EXPECT_EQ(ask(as(second->access_token)->me()).error().status, 401u);
}

TEST_F(CalendlyLogin, TroubleOfTheServerIsNoRefusal) {
    sandbox::Fault fault;
    fault.api = sandbox::Api::calendly;
    fault.times = 1;
    fault.action.status = 400;
    fault.action.body = {{"message", "no Route matched with those values"}};
    running.world().faults->add(fault);
    EXPECT_EQ(ask(server.refresh("r")).error().remedy, api::Remedy::retry);
    EXPECT_EQ(ask(server.refresh("r")).error().remedy, api::Remedy::park);
}

}  // namespace account_api_test
