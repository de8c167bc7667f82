#include "http/client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "unit/sandbox/support.hpp"

namespace client_test {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace asio::experimental::awaitable_operators;

struct Attempt {
    int questions = 0;     // that the guard was asked
    std::string received;  // by the server, until the connection was closed
    bool has_response = false;
};

asio::awaitable<std::string> receive(tcp::acceptor& acceptor) {
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    std::string received;
    boost::system::error_code end;
    co_await asio::async_read(socket, asio::dynamic_buffer(received),
                              asio::redirect_error(asio::use_awaitable, end));
    co_return received;
}

// The guard withholds the request when it is asked for the `refusal`th time.
asio::awaitable<bool> send_once(std::string url, int refusal, int& questions) {
    const auto executor = co_await asio::this_coro::executor;
    http::Client client(executor, http::parse_url(url));
    const auto guard = [&] { return ++questions < refusal; };
    http::Request request(http::Verb::post, "/events", 11);
    const auto response = co_await client.send(std::move(request), guard, false);
    co_return response.has_value();
}

asio::awaitable<Attempt> attempt(int refusal) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::acceptor acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    const auto url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    Attempt made;
    auto both = co_await (receive(acceptor) && send_once(url, refusal, made.questions));
    made.received = std::get<0>(both);
    made.has_response = std::get<1>(both);
    co_return made;
}

// A name, TCP and TLS take their time, in which a lease may end.
TEST(HttpClient, AsksTheGuardAgainWhenTheConnectionIsMade) {
    asio::io_context io;
    const auto made = sandbox_test::run(io, attempt(2));
    EXPECT_EQ(made.questions, 2);
    EXPECT_EQ(made.received, "");
    EXPECT_FALSE(made.has_response);
}

// What a server says to the requests of one connection, before it closes it.
using Answers = std::vector<std::string>;

constexpr auto kept = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

class HttpClientAndServer : public testing::Test {
protected:
    // A connection for each list of answers.
    void serve(std::vector<Answers> connections) {
        asio::co_spawn(io_, accept(std::move(connections)), asio::detached);
    }
    asio::awaitable<void> accept(std::vector<Answers> connections) {
        for (const auto& answers : connections) {
            auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
            ++connections_;
            for (const auto& answer : answers) co_await reply(socket, answer);
        }
    }
    asio::awaitable<void> reply(tcp::socket& socket, std::string answer) {
        std::string request;
        co_await asio::async_read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n",
                                        asio::use_awaitable);
        co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
    }
    // One connection: an answer, and then something more.
    void serve_surplus(Answers answers) {
        asio::co_spawn(io_, accept_surplus(std::move(answers)), asio::detached);
    }
    asio::awaitable<void> accept_surplus(Answers answers) {
        auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
        ++connections_;
        co_await reply(socket, answers.at(0));
        asio::steady_timer pause(io_, std::chrono::milliseconds(5));
        co_await pause.async_wait(asio::use_awaitable);
        co_await asio::async_write(socket, asio::buffer(answers.at(1)), asio::use_awaitable);
        others_.push_back(std::move(socket));
        ++surplus_;
    }
    // Says `begin` and then `again` until the client has had enough.
    asio::awaitable<void> flood(std::string begin, std::string again = {}) {
        auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
        co_await reply(socket, begin);
        std::string much;
        while (much.size() < 64 * 1024) much += again.empty() ? begin : again;
        while (true) co_await asio::async_write(socket, asio::buffer(much), asio::use_awaitable);
    }
    // The body of the answer, or the error.
    std::string send(http::Verb verb, bool head_suffices = false) {
        const auto send = [&]() -> asio::awaitable<std::string> {
            http::Request request(verb, "/", 11);
            const http::Guard allow = [] { return true; };
            const auto response = co_await client_.send(std::move(request), allow, false, head_suffices);
            co_return response ? response->body() : response.error().message();
        };
        return sandbox_test::run(io_, send());
    }

    asio::io_context io_{1};
    tcp::acceptor acceptor_{io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    http::Client client_{
        io_.get_executor(),
        http::parse_url("http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()))};
    int connections_ = 0;
    int surplus_ = 0;
    std::vector<tcp::socket> others_;  // that the server leaves open
};

TEST_F(HttpClientAndServer, AConnectionServesOneCallAfterAnother) {
    serve({{kept, kept}});
    EXPECT_EQ(send(http::Verb::get), "hi");
    EXPECT_EQ(send(http::Verb::post), "hi");
    EXPECT_EQ(connections_, 1);
}

TEST_F(HttpClientAndServer, InterimAnswersAreNotTheAnswer) {
    serve({{"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfinal"}});
    EXPECT_EQ(send(http::Verb::get), "final");
}

TEST_F(HttpClientAndServer, AnAnswerWithoutALengthEndsWithTheConnection) {
    serve({{"HTTP/1.1 200 OK\r\n\r\nuntil the end"}});
    EXPECT_EQ(send(http::Verb::get), "until the end");
}

TEST_F(HttpClientAndServer, AnAnswerThatIsCutIsAnError) {
    serve({{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"}});
    EXPECT_EQ(send(http::Verb::get), "partial message");
}

// What must not be sent twice was done, whatever became of the body that says so.
TEST_F(HttpClientAndServer, WhereTheHeadSufficesACutBodyOfA2xxIsNoError) {
    for (const std::string cut : {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
                                  "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
        serve({{cut}});
        EXPECT_EQ(send(http::Verb::post, true), "(broke off)") << cut;
    }
    serve({{"HTTP/1.1 503 Down\r\nContent-Length: 100\r\n\r\n{}"}});
    EXPECT_NE(send(http::Verb::post, true), "(broke off)");
    serve({{"HTTP/1.1 200 OK\r\nContent-Le"}});
    EXPECT_NE(send(http::Verb::post, true), "(broke off)");
}

TEST_F(HttpClientAndServer, ACallThatMayBeRepeatedIsWhenItsConnectionHadDied) {
    serve({{kept}, {kept}});
    EXPECT_EQ(send(http::Verb::get), "hi");
    EXPECT_EQ(send(http::Verb::get), "hi");
    EXPECT_EQ(connections_, 2);
}

TEST_F(HttpClientAndServer, ACallTakesAConnectionThatIsAlive) {
    serve({{kept}, {kept}});
    EXPECT_EQ(send(http::Verb::get), "hi");
    io_.restart();
    io_.poll();
    EXPECT_EQ(send(http::Verb::post), "hi");
    EXPECT_EQ(connections_, 2);
}

TEST_F(HttpClientAndServer, AConnectionWithMoreThanTheAnswerIsNotKept) {
    serve({{kept + std::string("HTTP/1.1 500 No\r\n\r\n")}, {kept}});
    EXPECT_EQ(send(http::Verb::get), "hi");
    EXPECT_EQ(send(http::Verb::get), "hi");
    EXPECT_EQ(connections_, 2);
}

// What came late, after the answer to the call before, must not be taken for the answer to the next one.
TEST_F(HttpClientAndServer, BytesThatNobodyAskedForEndAKeptConnectionBeforeAnyCall) {
    for (const auto verb : {http::Verb::get, http::Verb::put, http::Verb::post}) {
        SCOPED_TRACE(to_string(verb));
        connections_ = 0;
        const auto before = surplus_;
        serve_surplus({kept, "HTTP/1.1 204 No Content\r\n\r\n"});
        EXPECT_EQ(send(http::Verb::get), "hi");
        sandbox_test::run_until(io_, [&] { return surplus_ > before; });
        serve({{kept}});
        EXPECT_EQ(send(verb), "hi");
        EXPECT_EQ(connections_, 2);
        others_.clear();
    }
}

TEST_F(HttpClientAndServer, InterimAnswersWithoutEndAreAnErrorAndHoldNobodyUp) {
    asio::co_spawn(io_, flood("HTTP/1.1 100 Continue\r\n\r\n"), asio::detached);
    EXPECT_EQ(send(http::Verb::get), "header limit exceeded");
}

TEST_F(HttpClientAndServer, TrailersWithoutEndAreAnError) {
    asio::co_spawn(io_, flood("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n"),
                   asio::detached);
    EXPECT_EQ(send(http::Verb::get), "header limit exceeded");
}

}  // namespace client_test
