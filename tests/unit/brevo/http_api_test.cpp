// What each answer of a server on the way to Brevo means to the flow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "brevo/http_api.hpp"
#include "http/server.hpp"
#include "unit/sandbox/support.hpp"

namespace brevo_http_api_test {

namespace asio = boost::asio;
using api::Remedy;

constexpr auto portal = "<html>please log in</html>";
constexpr auto gateway = R"({"message":"no Route matched with those values"})";

class BrevoHttpApi : public testing::Test {
protected:
    void SetUp() override { server_.start(); }

    asio::awaitable<std::optional<http::Server::Response>> answer(http::Server::Request) {
        ++calls_;
        http::Server::Response response(static_cast<boost::beast::http::status>(status_), 11);
        response.body() = body_;
        response.prepare_payload();
        co_return response;
    }

    void answers(unsigned status, std::string body) {
        status_ = status;
        body_ = std::move(body);
    }

    brevo::HttpApi make_api() {
        const auto port = std::to_string(server_.local_endpoint().port());
        const auto budget = std::make_shared<api::Budget>(io_.get_executor(), api::RateLimit{}, nullptr);
        return brevo::HttpApi(io_.get_executor(),
                              {http::parse_url("http://127.0.0.1:" + port + "/v3"), "",
                               std::make_shared<api::StaticCredential>("key")},
                              {budget, budget}, interruption_);
    }

    auto upsert() { return sandbox_test::run(io_, api_.upsert_contact(contact_, {})); }
    auto update() { return sandbox_test::run(io_, api_.update_contact(contact_, {})); }
    auto send() { return sandbox_test::run(io_, api_.send_event({"calendly_booked", "a@b.co", "", {}}, {})); }

    asio::io_context io_;
    net::Interruption interruption_{io_.get_executor()};
    unsigned status_ = 204;
    std::string body_;
    int calls_ = 0;
    http::Server server_{io_.get_executor(),
                         {.address = {asio::ip::address_v4::loopback(), 0}},
                         [this](http::Server::Request request) { return answer(std::move(request)); }};
    brevo::HttpApi api_ = make_api();
    brevo::Contact contact_{"a@b.co", {{"SMS", brevo::Value("+44")}}, {10}, {}};
};

TEST_F(BrevoHttpApi, AnEventThatIsAnsweredWithAny2xxIsOut) {
    answers(204, "");
    EXPECT_EQ(send()->oddity, "");
    for (const unsigned status : {200U, 201U, 202U, 203U, 206U, 207U, 226U, 299U})
        for (const auto* body :
             {"", "{}", "null", "OK", portal, "\xff\xfe", R"({"code":"x","message":"y"})"}) {
            answers(status, body);
            const auto sent = send();
            ASSERT_TRUE(sent) << status << " " << body;
            EXPECT_EQ(sent->oddity,
                      std::to_string(status) + " with " + std::to_string(std::strlen(body)) + " bytes");
        }
}

TEST_F(BrevoHttpApi, AContactIsWrittenWhenTheAnswerLooksLikeIt) {
    const std::pair<unsigned, const char*> successes[] = {
        {201, R"({"id":7})"}, {204, ""}, {200, "{}"}, {201, ""}, {202, ""}, {202, R"({"processId":7})"}};
    for (const auto& [status, body] : successes) {
        answers(status, body);
        EXPECT_TRUE(upsert()) << status << body;
        EXPECT_TRUE(update()) << status << body;
    }
    for (const auto* page : {portal, "", "OK", "[]"}) {
        answers(200, page);
        for (const auto& written : {upsert(), update()}) {
            ASSERT_FALSE(written) << page;
            EXPECT_EQ(written.error().remedy, Remedy::retry);
        }
    }
}

TEST_F(BrevoHttpApi, AContactIsGoneWhenBrevoSaysSo) {
    answers(404, R"({"code":"document_not_found","message":"Contact does not exist"})");
    EXPECT_EQ(update().error().remedy, Remedy::give_up);
    const std::string another_way = R"({"code":"not_found","message":"Invalid route"})";
    for (const auto& foreign : std::vector<std::string>{gateway, portal, "", another_way})
        for (const unsigned status : {400U, 401U, 403U, 404U, 405U, 410U, 422U}) {
            if (status != 404 && foreign == another_way) continue;
            if (foreign.empty() && (status == 401 || status == 403)) continue;  // believed, see remedy_test
            answers(status, foreign);
            EXPECT_EQ(update().error().remedy, Remedy::retry) << status << foreign;
            EXPECT_EQ(upsert().error().remedy, Remedy::retry) << status << foreign;
            EXPECT_EQ(send().error().remedy, Remedy::retry) << status << foreign;
        }
}

TEST_F(BrevoHttpApi, WhoLosesARaceForAContactTriesAgain) {
    answers(400, R"({"code":"duplicate_parameter","message":"Contact already exist"})");
    EXPECT_EQ(upsert().error().remedy, Remedy::conflict);
    EXPECT_EQ(update().error().remedy, Remedy::conflict);
    answers(400, R"({"code":"duplicate_parameter","message":"SMS or email are already associated"})");
    EXPECT_EQ(upsert().error().remedy, Remedy::give_up) << "without the number first";
    contact_.attributes.clear();
    EXPECT_EQ(upsert().error().remedy, Remedy::conflict);
    answers(400, R"({"code":"account_in_process","message":"Your account is being prepared"})");
    EXPECT_EQ(upsert().error().remedy, Remedy::retry);
}

TEST_F(BrevoHttpApi, AListIsMissingWhenBrevoSaysSo) {
    const auto ask = [&] { return sandbox_test::run(io_, api_.has_list(10)); };
    answers(200, R"({"id":10})");
    EXPECT_TRUE(ask().value());
    answers(404, R"({"code":"document_not_found","message":"List ID does not exist"})");
    EXPECT_FALSE(ask().value());
    for (const auto& [status, body] : {std::pair{404U, gateway}, {404U, portal}, {200U, portal}}) {
        answers(status, body);
        EXPECT_EQ(ask().error().remedy, Remedy::retry) << status << body;
    }
}

TEST_F(BrevoHttpApi, AKeyThatMayNotLookAtTheAccountIsNoReasonToPark) {
    const auto read = [&] { return sandbox_test::run(io_, api_.attributes()); };
    answers(403, R"({"code":"permission_denied","message":"Not allowed"})");
    EXPECT_EQ(read().error().remedy, Remedy::give_up);
    EXPECT_EQ(upsert().error().remedy, Remedy::park);
    for (const auto& [status, body] :
         {std::pair{403U, gateway}, {403U, portal}, {200U, portal}, {200U, ""}}) {
        answers(status, body);
        EXPECT_EQ(read().error().remedy, Remedy::retry) << status << body;
    }
    answers(200, R"({"attributes":[{}]})");
    EXPECT_EQ(read().error().remedy, Remedy::give_up);
}

}  // namespace brevo_http_api_test
