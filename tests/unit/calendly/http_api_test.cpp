// What each answer of a server on the way to Calendly means to the flow.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "calendly/http_api.hpp"
#include "http/server.hpp"
#include "unit/sandbox/support.hpp"

namespace calendly_http_api_test {

namespace asio = boost::asio;
using api::Remedy;

class CalendlyHttpApi : public testing::Test {
protected:
    void SetUp() override { server_.start(); }

    asio::awaitable<std::optional<http::Server::Response>> answer(http::Server::Request) {
        http::Server::Response response(static_cast<boost::beast::http::status>(status_), 11);
        response.body() = body_;
        response.prepare_payload();
        co_return response;
    }

    // Of a no-show: a 404 says that it was undone.
    api::Answer<calendly::NoShow> ask(unsigned status, std::string body) {
        status_ = status;
        body_ = std::move(body);
        const auto url = "http://127.0.0.1:" + std::to_string(server_.local_endpoint().port());
        calendly::HttpApi api(
            io_.get_executor(), {http::parse_url(url), "", std::make_shared<api::StaticCredential>("token")},
            std::make_shared<api::Budget>(io_.get_executor(), api::RateLimit{}, nullptr), interruption_);
        const auto link =
            calendly::parse_link("https://api.calendly.com/invitee_no_shows/NOSHOW0000000001", url);
        return sandbox_test::run(io_, api.no_show(link.value()));
    }

    asio::io_context io_;
    net::Interruption interruption_{io_.get_executor()};
    unsigned status_ = 200;
    std::string body_;
    http::Server server_{io_.get_executor(),
                         {.address = {asio::ip::address_v4::loopback(), 0}},
                         [this](http::Server::Request request) { return answer(std::move(request)); }};
};

TEST_F(CalendlyHttpApi, AResourceIsGoneWhenCalendlySaysSo) {
    const auto gone = ask(404, R"({"title":"Resource Not Found","message":"The server could not find it."})");
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().remedy, Remedy::give_up);
    for (const auto* foreign : {R"({"message":"no Route matched with those values"})", "<html>404</html>", "",
                                R"({"title":"Not Found","status":404,"detail":"x"})"})
        for (const unsigned status : {401U, 403U, 404U, 410U}) {
            if (std::string_view(foreign).empty() && status == 401) continue;  // believed, see remedy_test
            const auto answer = ask(status, foreign);
            ASSERT_FALSE(answer);
            EXPECT_EQ(answer.error().remedy, Remedy::retry) << status << foreign;
        }
}

TEST_F(CalendlyHttpApi, APageInsteadOfAnAnswerIsTroubleOfTheWay) {
    for (const auto* foreign : {"<html>please log in</html>", "", "[]", "{}", R"({"message":"ok"})"}) {
        const auto answer = ask(200, foreign);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().remedy, Remedy::retry) << foreign;
        EXPECT_EQ(
            api::describe(answer.error()),
            "the answer to GET /invitee_no_shows/NOSHOW0000000001 is not Calendly's: 200 without its JSON");
    }
}

TEST_F(CalendlyHttpApi, AResourceOfAnotherShapeIsFinal) {
    const auto answer = ask(200, R"({"resource":{"uri":7}})");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().remedy, Remedy::give_up);
    EXPECT_TRUE(ask(200, R"({"resource":{"uri":"https://api.calendly.com/invitee_no_shows/N"}})"));
}

}  // namespace calendly_http_api_test
