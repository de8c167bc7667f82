#include "http/router.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "unit/sandbox/support.hpp"

namespace router_test {

namespace asio = boost::asio;
using boost::beast::http::status;
using http::Field;
using http::Verb;

asio::awaitable<http::Response> tell(http::RoutedRequest routed) {
    http::Response response(status::ok, 11);
    response.body() = std::string(routed.request.method_string());
    for (const auto& [name, value] : routed.captured) response.body() += " " + name + "=" + value;
    for (const auto& [name, value] : routed.query) response.body() += " ?" + name + "=" + value;
    co_return response;
}

class HttpRouter : public testing::Test {
protected:
    http::Response ask(Verb method, std::string target) {
        http::Request request(method, target, 11);
        return sandbox_test::run(io_, router_.answer(std::move(request)));
    }

    asio::io_context io_;
    http::Router router_{{"GET /health\n", "GET only\n"}};
};

TEST_F(HttpRouter, TheRootHasARouteOfItsOwn) {
    router_.add(Verb::get, "/", tell);
    EXPECT_EQ(ask(Verb::get, "/").body(), "GET");
    EXPECT_EQ(ask(Verb::get, "/?a=1").body(), "GET ?a=1");
    EXPECT_EQ(ask(Verb::get, "/things").result(), status::not_found);
}

TEST_F(HttpRouter, APathAndAMethodLeadToTheirHandler) {
    router_.add(Verb::get, "/v1/things", tell);
    router_.add(Verb::post, "/v1/things", tell);
    EXPECT_EQ(ask(Verb::get, "/v1/things").body(), "GET");
    EXPECT_EQ(ask(Verb::post, "/v1/things").body(), "POST");
}

TEST_F(HttpRouter, ANameInThePatternTakesOneDecodedSegment) {
    router_.add(Verb::get, "/v1/things/{id}/parts/{part}", tell);
    EXPECT_EQ(ask(Verb::get, "/v1/things/a%2Fb/parts/7").body(), "GET id=a/b part=7");
    EXPECT_EQ(ask(Verb::get, "/v1/things//parts/7").result(), status::not_found);
    EXPECT_EQ(ask(Verb::get, "/v1/things/a/b/parts/7").result(), status::not_found);
}

TEST_F(HttpRouter, TheQueryIsNoPartOfThePath) {
    router_.add(Verb::get, "/health", tell);
    EXPECT_EQ(ask(Verb::get, "/health?count=1&name=a%20b&count=2").body(), "GET ?count=2 ?name=a b");
    EXPECT_EQ(ask(Verb::get, "/health?").result(), status::ok);
    EXPECT_EQ(ask(Verb::get, "/health?a=%zz&b|c=d+e&&=f&g").body(), "GET ?=f ?a=%zz ?b|c=d e ?g=");
    EXPECT_EQ(ask(Verb::get, "/healthy?a=/health").result(), status::not_found);
}

TEST_F(HttpRouter, TheFirstRouteThatMatchesIsTaken) {
    router_.add(Verb::get, "/things/new", tell);
    router_.add(Verb::get, "/things/{id}", tell);
    EXPECT_EQ(ask(Verb::get, "/things/new").body(), "GET");
    EXPECT_EQ(ask(Verb::get, "/things/old").body(), "GET id=old");
}

TEST_F(HttpRouter, AnUnknownPathIs404) {
    router_.add(Verb::get, "/health", tell);
    for (const auto* target :
         {"/", "/healthy", "/health/", "*", "http://host/health", "/%zz", "", "health"}) {
        const auto response = ask(Verb::get, target);
        EXPECT_EQ(response.result(), status::not_found) << target;
        EXPECT_EQ(response.body(), "GET /health\n");
        EXPECT_EQ(response[Field::content_type], "text/plain");
    }
}

TEST_F(HttpRouter, AKnownPathWithAnotherMethodIs405AndListsWhatIsAllowed) {
    router_.add(Verb::get, "/things/{id}", tell);
    router_.add(Verb::delete_, "/things/{id}", tell);
    const auto response = ask(Verb::post, "/things/1");
    EXPECT_EQ(response.result(), status::method_not_allowed);
    EXPECT_EQ(response[Field::allow], "GET, HEAD, DELETE");
    EXPECT_EQ(response.body(), "GET only\n");
}

TEST_F(HttpRouter, GetServesHeadAsWell) {
    router_.add(Verb::get, "/health", tell);
    EXPECT_EQ(ask(Verb::head, "/health").body(), "HEAD");
}

TEST_F(HttpRouter, APatternBeginsWithASlash) {
    EXPECT_THROW(router_.add(Verb::get, "health", tell), std::invalid_argument);
}

}  // namespace router_test
