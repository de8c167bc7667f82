#include "http/client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "unit/sandbox/support.hpp"

namespace {

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

}  // namespace
