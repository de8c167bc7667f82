#include "net/transport.hpp"

#include <gtest/gtest.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "unit/sandbox/support.hpp"
#include "unit/temporary_folder.hpp"

namespace transport_connect_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using boost::system::error_code;
using std::chrono::steady_clock;

// A server whose queue is full, of one that nobody has accepted yet.
class CrowdedServer : public testing::Test {
protected:
    CrowdedServer() : acceptor_(io_, Local::endpoint(folder_ / "socket")), first_(io_) {
        acceptor_.listen(0);
        first_.connect(acceptor_.local_endpoint());
    }

    using Local = asio::local::stream_protocol;
    asio::io_context io_{1};
    const unit::TemporaryFolder folder_;
    Local::acceptor acceptor_;
    Local::socket first_;
    net::Transport transport_{io_.get_executor()};
};

TEST_F(CrowdedServer, IsReachedWhenItsQueueHasRoom) {
    const auto accept_two = [&]() -> asio::awaitable<std::string> {
        asio::steady_timer timer(io_, 30ms);
        co_await timer.async_wait(asio::use_awaitable);
        co_await acceptor_.async_accept(asio::use_awaitable);
        net::Transport second(co_await acceptor_.async_accept(asio::use_awaitable));
        std::string text(5, '\0');
        const auto [error, size] = co_await second.read_some(asio::buffer(text));
        co_return text.substr(0, size);
    };
    const auto say = [&]() -> asio::awaitable<error_code> {
        const error_code error = co_await transport_.connect(acceptor_.local_endpoint());
        if (error) co_return error;
        const error_code unwritten = co_await transport_.write_all("hello");
        co_return unwritten;
    };
    const auto [error, text] = sandbox_test::run(io_, say() && accept_two());
    EXPECT_EQ(error, error_code());
    EXPECT_EQ(text, "hello");
}

TEST_F(CrowdedServer, IsTriedUntilTheDeadline) {
    transport_.set_deadline(steady_clock::now() + 30ms);
    EXPECT_EQ(sandbox_test::run(io_, transport_.connect(acceptor_.local_endpoint())), asio::error::timed_out);
}

TEST_F(CrowdedServer, IsNotTriedAfterAClose) {
    const auto close_soon = [&]() -> asio::awaitable<void> {
        asio::steady_timer timer(io_, 15ms);
        co_await timer.async_wait(asio::use_awaitable);
        transport_.close();
    };
    EXPECT_EQ(sandbox_test::run(io_, transport_.connect(acceptor_.local_endpoint()) && close_soon()),
              asio::error::operation_aborted);
}

}  // namespace transport_connect_test
