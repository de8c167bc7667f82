#include "sandbox/deliveries.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/use_awaitable.hpp>

#include "shared/signature.hpp"
#include "unit/sandbox/support.hpp"

namespace sandbox_deliveries_test {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;
using sandbox_test::run_until;
using testing::ElementsAre;

const std::string key = "a signing key of a test";

struct Received {
    std::string body;
    std::string signature;
    std::string user_agent;
    std::string content_type;
};

class SandboxDeliveries : public testing::Test {
protected:
    SandboxDeliveries() {
        receiver.start();
        settings.retries.base = 10ms;
        subscribe("/hook");
    }
    static http::ServerOptions free_port() {
        http::ServerOptions options;
        options.address = {asio::ip::address_v4::loopback(), 0};
        return options;
    }
    void subscribe(const std::string& path) {
        sandbox::Subscription subscription;
        subscription.id = "SUBSCRIPTION" + path;
        subscription.callback_url =
            "http://127.0.0.1:" + std::to_string(receiver.local_endpoint().port()) + path;
        subscription.events = sandbox::webhook_events();
        subscription.scope = "organization";
        subscription.creator = "CREATOR";
        subscription.signing_key = key;
        subscriptions->add(subscription);
    }
    asio::awaitable<std::optional<http::Server::Response>> receive(http::Server::Request request) {
        using boost::beast::http::field;
        received.push_back({request.body(), std::string(request["Calendly-Webhook-Signature"]),
                            std::string(request[field::user_agent]),
                            std::string(request[field::content_type])});
        if (received.size() == 1 && stall_first > 0ms) {
            asio::steady_timer timer(io, stall_first);
            co_await timer.async_wait(asio::use_awaitable);
        }
        const unsigned status = answers.empty() ? 200 : answers.front();
        if (!answers.empty()) answers.pop_front();
        if (status == 0) co_return std::nullopt;
        http::Server::Response response(static_cast<boost::beast::http::status>(status), 11);
        co_return response;
    }
    std::shared_ptr<sandbox::Deliveries> make() {
        return std::make_shared<sandbox::Deliveries>(io.get_executor(), settings, subscriptions, faults,
                                                     journal);
    }
    static sandbox::Occurrence happened(const std::string& name) {
        return {"invitee.created", "HOST", std::nullopt, sandbox::now(), {{"name", name}}};
    }
    std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const auto& one : received)
            names.emplace_back(json::parse(one.body).at("payload").at("name").as_string());
        return names;
    }
    std::vector<unsigned> statuses() const {
        std::vector<unsigned> statuses;
        for (const auto* entry : journal->after(0, std::nullopt, 1000)) statuses.push_back(entry->status);
        return statuses;
    }
    const sandbox::Subscription& subscription() const { return subscriptions->get("SUBSCRIPTION/hook"); }

    asio::io_context io{1};
    std::vector<Received> received;
    std::chrono::milliseconds stall_first{0};
    std::deque<unsigned> answers;  // 0: cut the connection
    http::Server receiver{io.get_executor(), free_port(),
                          [this](http::Server::Request request) { return receive(std::move(request)); }};
    sandbox::DeliverySettings settings;
    std::shared_ptr<sandbox::Subscriptions> subscriptions = std::make_shared<sandbox::Subscriptions>();
    std::shared_ptr<sandbox::Faults> faults = std::make_shared<sandbox::Faults>();
    std::shared_ptr<sandbox::Journal> journal = std::make_shared<sandbox::Journal>(io.get_executor(), 1000);
};

TEST_F(SandboxDeliveries, AreSignedAsCalendlySigns) {
    const auto deliveries = make();
    deliveries->publish(happened("ann"));
    run_until(io, [&] { return deliveries->pending() == 0; });
    ASSERT_EQ(received.size(), 1U);
    const auto& one = received.front();
    EXPECT_EQ(one.user_agent, "Calendly");
    EXPECT_EQ(one.content_type, "application/json");
    EXPECT_EQ(json::parse(one.body).at("created_by"), "https://api.calendly.com/users/CREATOR");
    const auto header = shared::parse_signature_header(one.signature);
    ASSERT_TRUE(header);
    const shared::SigningKey keys[] = {shared::SigningKey(key)};
    const std::string_view body = one.body;
    EXPECT_TRUE(shared::find_signer(*header, keys, std::span(&body, 1)));
    const auto age = sandbox::now() - sandbox::Instant(std::chrono::seconds(header->seconds));
    EXPECT_LT(std::chrono::abs(age), 10s);
}

TEST_F(SandboxDeliveries, WithoutAKeyAreUnsigned) {
    subscriptions->find("SUBSCRIPTION/hook")->signing_key.reset();
    const auto deliveries = make();
    deliveries->publish(happened("ann"));
    run_until(io, [&] { return deliveries->pending() == 0; });
    EXPECT_EQ(received.at(0).signature, "");
}

TEST_F(SandboxDeliveries, ComeInOrderAndGoToEverySubscription) {
    subscribe("/second");
    const auto deliveries = make();
    for (const auto* name : {"a", "b", "c"}) EXPECT_EQ(deliveries->publish(happened(name)).size(), 2U);
    run_until(io, [&] { return deliveries->pending() == 0; });
    std::vector<std::string> to_hook;
    for (const auto* entry : journal->after(0, std::nullopt, 10))
        if (entry->path.ends_with("/hook"))
            to_hook.emplace_back(json::parse(entry->request_body).at("payload").at("name").as_string());
    EXPECT_THAT(to_hook, ElementsAre("a", "b", "c"));
    EXPECT_EQ(received.size(), 6U);
}

TEST_F(SandboxDeliveries, AreRetriedUntilTheyAreTaken) {
    answers = {503, 301, 0, 204};
    const auto deliveries = make();
    deliveries->publish(happened("ann"));
    run_until(io, [&] { return received.size() == 2; });
    EXPECT_TRUE(subscription().retry_started_at);
    run_until(io, [&] { return deliveries->pending() == 0; });
    EXPECT_THAT(statuses(), ElementsAre(503U, 301U, 0U, 204U));
    EXPECT_THAT(names(), ElementsAre("ann", "ann", "ann", "ann"));
    EXPECT_TRUE(subscription().retry_started_at) << "a success does not clear it";
    EXPECT_FALSE(subscription().disabled);
}

TEST_F(SandboxDeliveries, GoneEndsTheSubscriptionAtOnce) {
    answers = {410};
    const auto deliveries = make();
    deliveries->publish(happened("a"));
    run_until(io, [&] { return deliveries->pending() == 0; });
    EXPECT_THAT(names(), ElementsAre("a"));
    EXPECT_TRUE(deliveries->publish(happened("b")).empty());
}

TEST_F(SandboxDeliveries, ADayLaterByItsClockTheyAreGivenUp) {
    answers = {500, 500, 500, 500, 500, 500, 500, 500};
    const auto deliveries = make();
    deliveries->publish(happened("a"));
    run_until(io, [&] { return subscription().retry_started_at.has_value(); });
    EXPECT_FALSE(subscription().disabled);
    deliveries->move_clock(24h);
    run_until(io, [&] { return deliveries->pending() == 0; });
    EXPECT_TRUE(subscription().disabled);
}

TEST_F(SandboxDeliveries, OneThatIsRetriedHoldsNobodyUp) {
    answers = {500};
    const auto deliveries = make();
    for (const auto* name : {"a", "b"}) deliveries->publish(happened(name));
    run_until(io, [&] { return deliveries->pending() == 0; });
    EXPECT_THAT(names(), ElementsAre("a", "b", "a"));
}

TEST_F(SandboxDeliveries, ThatFailTooLongDisableTheSubscription) {
    settings.retries.give_up_after = 0s;
    answers = {500};
    const auto deliveries = make();
    deliveries->publish(happened("a"));
    run_until(io, [&] { return deliveries->pending() == 0; });
    EXPECT_TRUE(subscription().disabled);
    EXPECT_TRUE(subscription().retry_started_at);
    EXPECT_TRUE(deliveries->publish(happened("b")).empty());
    EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(SandboxDeliveries, NobodyListeningIsAFailureAndARemovedSubscriptionEndsIt) {
    auto* gone = subscriptions->find("SUBSCRIPTION/hook");
    gone->callback_url = "http://127.0.0.1:1/";  // nobody listens on port 1
    const auto deliveries = make();
    deliveries->publish(happened("a"));
    run_until(io, [&] { return journal->last() >= 2; });
    EXPECT_EQ(statuses().front(), 0U);
    EXPECT_TRUE(journal->after(0, std::nullopt, 1).front()->note.contains("error"));
    subscriptions->remove("SUBSCRIPTION/hook");
    run_until(io, [&] { return deliveries->pending() == 0; });
}

TEST_F(SandboxDeliveries, WhoseAnswerIsLostComeAgain) {
    sandbox::Fault lost_answer;
    lost_answer.api = sandbox::Api::webhooks;
    lost_answer.action.cut = sandbox::FaultAction::Cut::after;
    faults->add(lost_answer);
    const auto deliveries = make();
    deliveries->publish(happened("a"));
    run_until(io, [&] { return deliveries->pending() == 0; });
    EXPECT_THAT(statuses(), ElementsAre(0U, 200U));
    EXPECT_THAT(names(), ElementsAre("a", "a"));
}

TEST_F(SandboxDeliveries, ThatAreNotAnsweredInTimeComeAgain) {
    settings.limits.read = 50ms;
    stall_first = 200ms;
    const auto deliveries = make();
    deliveries->publish(happened("a"));
    run_until(io, [&] { return deliveries->pending() == 0; });
    EXPECT_EQ(statuses().front(), 0U);
    EXPECT_EQ(statuses().back(), 200U);
    EXPECT_GE(received.size(), 2U);
}

TEST_F(SandboxDeliveries, AreHeldAndReleasedInAnyOrder) {
    const auto deliveries = make();
    deliveries->hold();
    for (const auto* name : {"a", "b", "c"}) deliveries->publish(happened(name));
    EXPECT_EQ(deliveries->pending(), 0U);
    EXPECT_EQ(deliveries->held().size(), 3U);
    const std::vector<std::uint64_t> chosen{3, 1, 3};
    deliveries->release(chosen);
    run_until(io, [&] { return deliveries->pending() == 0; });
    EXPECT_THAT(names(), ElementsAre("c", "a", "c"));
    EXPECT_THROW(deliveries->release({1}), std::out_of_range);
    deliveries->publish(happened("d"));
    deliveries->release_all();
    run_until(io, [&] { return deliveries->pending() == 0; });
    EXPECT_THAT(names(), ElementsAre("c", "a", "c", "b", "d"));
}

TEST_F(SandboxDeliveries, OfWhichCopiesAreReleasedCanBeReleasedAgain) {
    const auto deliveries = make();
    deliveries->hold();
    for (const auto* name : {"a", "b", "c"}) deliveries->publish(happened(name));
    deliveries->release({2, 2}, true);
    EXPECT_EQ(deliveries->held().size(), 3U);
    deliveries->release({2, 1});
    run_until(io, [&] { return deliveries->pending() == 0; });
    EXPECT_THAT(names(), ElementsAre("b", "b", "b", "a"));
    EXPECT_EQ(deliveries->held().size(), 1U);
}

TEST_F(SandboxDeliveries, OfARawBodyAreTheSameBytes) {
    const auto deliveries = make();
    deliveries->deliver_body("raw", "{ \"a\":\t1 }\r\n");
    run_until(io, [&] { return deliveries->pending() == 0; });
    EXPECT_EQ(received.at(0).body, "{ \"a\":\t1 }\r\n");
}

}  // namespace sandbox_deliveries_test
