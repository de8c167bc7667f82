// Several addresses of one host: what is said when none of them serves.
#include "http/connection.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/tls.hpp"
#include "unit/sandbox/support.hpp"

namespace connection_test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Addresses = std::vector<net::Transport::Endpoint>;

class HttpConnectionTest : public testing::Test {
protected:
    // Accepts, and speaks no TLS.
    asio::awaitable<void> speak_plainly() {
        for (;;) {
            auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
            co_await asio::async_write(socket, asio::buffer("HTTP/1.1 400 Bad Request\r\n\r\n", 28),
                                       asio::use_awaitable);
            others_.push_back(std::move(socket));
        }
    }

    // Nobody listens there.
    static tcp::endpoint closed() { return {asio::ip::address_v4::loopback(), 1}; }
    tcp::endpoint plain() const { return acceptor_.local_endpoint(); }

    error_code open(Addresses addresses, const std::string& url) {
        http::Connection connection(io_.get_executor());
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        return sandbox_test::run(
            io_, connection.open_one_of(std::move(addresses), http::parse_url(url), *tls_, deadline));
    }

    asio::io_context io_{1};
    tcp::acceptor acceptor_{io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    std::vector<tcp::socket> others_;
    net::TlsContext tls_ = net::make_client_context("");
};

TEST_F(HttpConnectionTest, AnAddressThatServesIsEnough) {
    asio::co_spawn(io_, speak_plainly(), asio::detached);
    EXPECT_EQ(open({closed(), plain()}, "http://localhost"), error_code());
    EXPECT_EQ(open({plain(), closed()}, "http://localhost"), error_code());
}

// More is known of the one that answered.
TEST_F(HttpConnectionTest, OfAddressesThatFailTheReasonOfTheOneThatAnsweredStandsInTheError) {
    asio::co_spawn(io_, speak_plainly(), asio::detached);
    for (const Addresses& addresses : {Addresses{plain(), closed()}, Addresses{closed(), plain()}}) {
        const auto error = open(addresses, "https://localhost");
        EXPECT_TRUE(net::may_lack_tls(error)) << error.message();
    }
}

TEST_F(HttpConnectionTest, WhenNoneAnswersTheLastOnesReasonStandsInTheError) {
    EXPECT_EQ(open({closed(), closed()}, "https://localhost"), asio::error::connection_refused);
    EXPECT_EQ(open({}, "https://localhost"), asio::error::host_not_found);
}

}  // namespace connection_test
