#include "net/transport.hpp"

#include <unistd.h>
#include <array>
#include <csignal>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <thread>

#include <gtest/gtest.h>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/tls.hpp"
#include "sandbox/tls_authority.hpp"
#include "unit/sandbox/support.hpp"

namespace transport_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

struct Received {
    error_code error;
    std::string text;
};

// At most `size` bytes.
asio::awaitable<Received> receive(net::Transport& transport, std::size_t size) {
    std::string text(size, '\0');
    const auto [error, count] = co_await transport.read_some(asio::buffer(text));
    text.resize(count);
    co_return Received{error, text};
}

class Transport : public testing::Test {
protected:
    template <typename T>
    T run(asio::awaitable<T> work) {
        return sandbox_test::run(io_, std::move(work));
    }

    asio::io_context io_{1};
};

class PlainTransport : public Transport {
protected:
    PlainTransport() {
        asio::local::stream_protocol::socket one(io_), other(io_);
        asio::local::connect_pair(one, other);
        near_ = net::Transport(std::move(one));
        far_ = net::Transport(std::move(other));
    }

    net::Transport near_{io_.get_executor()}, far_{io_.get_executor()};
};

TEST_F(PlainTransport, CarriesBytesToTheOtherEnd) {
    EXPECT_EQ(run(near_.write_all("hello")), error_code());
    EXPECT_EQ(run(receive(far_, 3)).text, "hel");
    EXPECT_EQ(run(receive(far_, 100)).text, "lo");
}

TEST_F(PlainTransport, WritesNowWhatFitsAndTheRestLater) {
    const std::string much(4 << 20, 'x');
    error_code error;
    const auto sent = near_.write_now(much, error);
    EXPECT_FALSE(error);
    ASSERT_LT(sent, much.size());
    const auto receive_all = [&]() -> asio::awaitable<std::size_t> {
        std::size_t received = 0;
        while (received < much.size()) received += (co_await receive(far_, 1 << 20)).text.size();
        co_return received;
    };
    auto both = run(near_.write_all(std::string_view(much).substr(sent)) && receive_all());
    EXPECT_EQ(std::get<0>(both), error_code());
    EXPECT_EQ(std::get<1>(both), much.size());
}

TEST_F(PlainTransport, TheDeadlineEndsWhatWaits) {
    near_.set_deadline(steady_clock::now() + 5ms);
    EXPECT_EQ(run(receive(near_, 1)).error, asio::error::timed_out);
    EXPECT_TRUE(near_.is_late());
    error_code error;
    EXPECT_EQ(near_.write_now("x", error), 0u);
    EXPECT_EQ(error, asio::error::timed_out);
    EXPECT_EQ(run(receive(far_, 1)).error, asio::error::eof) << "the socket is closed";
}

TEST_F(PlainTransport, ADeadlineMayBeMovedBothWays) {
    near_.set_deadline(steady_clock::now() + 1h);
    near_.set_deadline(steady_clock::now() + 5ms);
    near_.set_deadline(steady_clock::now() + 1h);
    far_.set_deadline(steady_clock::now() + 20ms);
    EXPECT_EQ(run(receive(far_, 1)).error, asio::error::timed_out);
    EXPECT_FALSE(near_.is_late());
    near_.set_deadline(steady_clock::now() + 5ms);
    sandbox_test::run_until(io_, [&] { return near_.is_late(); });
}

TEST_F(PlainTransport, IsQuietUntilTheOtherEndSpeaksOrLeaves) {
    EXPECT_TRUE(near_.is_quiet());
    run(far_.write_all("x"));
    EXPECT_FALSE(near_.is_quiet());
    run(receive(near_, 1));
    EXPECT_TRUE(near_.is_quiet());
    far_.close();
    EXPECT_FALSE(near_.is_quiet());
    EXPECT_FALSE(far_.is_quiet());
}

// How often something else gets its turn while this end reads without a pause what the other one never ends.
class Flood {
public:
    Flood(asio::io_context& io, net::Transport& from, net::Transport& to) : timer_(io) {
        asio::co_spawn(io, write(from), asio::detached);
        asio::co_spawn(io, read(to), asio::detached);
        asio::co_spawn(io, tick(), asio::detached);
    }
    int ticks = 0;
    std::size_t received = 0;

private:
    asio::awaitable<void> write(net::Transport& to) {
        const std::string much(256 * 1024, 'x');
        while (!co_await to.write_all(much)) {
        }
    }
    asio::awaitable<void> read(net::Transport& from) {
        std::string buffer(1000, '\0');
        for (error_code error; !error;) {
            const auto [read_error, size] = co_await from.read_some(asio::buffer(buffer));
            error = read_error;
            received += size;
        }
    }
    asio::awaitable<void> tick() {
        while (true) {
            timer_.expires_after(100us);
            co_await timer_.async_wait(asio::use_awaitable);
            ++ticks;
        }
    }

    asio::steady_timer timer_;
};

TEST_F(PlainTransport, WhoeverSendsWithoutEndHoldsNobodyUp) {
    Flood flood(io_, far_, near_);
    sandbox_test::run_until(io_, [&] { return flood.ticks > 20; });
    EXPECT_GT(flood.received, 10'000u);
    near_.close();
    far_.close();
}

TEST_F(PlainTransport, AfterAShutdownTheOtherEndMayGoOn) {
    near_.shutdown();
    EXPECT_EQ(run(receive(far_, 1)).error, asio::error::eof);
    EXPECT_EQ(run(far_.write_all("last words")), error_code());
    EXPECT_EQ(run(receive(near_, 100)).text, "last words");
}

TEST_F(PlainTransport, CancelEndsWhatWaitsAndNothingElse) {
    std::optional<error_code> error;
    asio::co_spawn(io_, receive(near_, 1),
                   [&](std::exception_ptr, Received received) { error = received.error; });
    io_.poll();
    near_.cancel();
    sandbox_test::run_until(io_, [&] { return error.has_value(); });
    EXPECT_EQ(error, asio::error::operation_aborted);
    run(far_.write_all("x"));
    EXPECT_EQ(run(receive(near_, 1)).text, "x");
}

class TlsTransport : public Transport {
protected:
    asio::awaitable<error_code> serve() {
        auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
        raw_server_.emplace(io_, tcp::v4(), ::dup(socket.native_handle()));
        server_ = net::Transport(std::move(socket));
        const auto error = co_await server_.shake_hands_with_client(*server_context_.native_handle());
        co_return error;
    }
    asio::awaitable<error_code> connect(std::string host) {
        if (const auto error = co_await client_.connect(acceptor_.local_endpoint())) co_return error;
        const auto error = co_await client_.shake_hands_with_server(*client_context_, host);
        co_return error;
    }
    // The client's error.
    error_code shake_hands(std::string host) { return std::get<0>(run(connect(host) && serve())); }

    net::TlsContext trust_authority() const {
        const auto folder =
            std::filesystem::temp_directory_path() / ("tls_transport." + std::to_string(getpid()));
        sandbox::write_tls_identity(identity_, folder);
        auto context = net::make_client_context(folder / "ca.pem");
        std::filesystem::remove_all(folder);
        return context;
    }

    const sandbox::TlsIdentity identity_ = sandbox::make_tls_identity();
    asio::ssl::context server_context_ = sandbox::server_context(identity_);
    net::TlsContext client_context_ = trust_authority();
    tcp::acceptor acceptor_{io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    net::Transport client_{io_.get_executor()}, server_{io_.get_executor()};
    std::optional<tcp::socket> raw_server_;  // past TLS
};

TEST_F(TlsTransport, TheServersNameIsVerified) {
    EXPECT_EQ(shake_hands("localhost"), error_code());
    EXPECT_TRUE(client_.is_tls());
    EXPECT_EQ(client_.certificate_verdict(), X509_V_OK);
}

TEST_F(TlsTransport, TheServersAddressIsVerified) {
    EXPECT_EQ(shake_hands("127.0.0.1"), error_code());
}

TEST_F(TlsTransport, AnotherNameIsRefused) {
    EXPECT_EQ(shake_hands("redis.example.com").message(), "certificate verify failed: hostname mismatch");
    EXPECT_EQ(client_.certificate_verdict(), X509_V_ERR_HOSTNAME_MISMATCH);
}

TEST_F(TlsTransport, AnotherAddressIsRefused) {
    EXPECT_EQ(shake_hands("127.0.0.9").message(), "certificate verify failed: IP address mismatch");
    EXPECT_EQ(client_.certificate_verdict(), X509_V_ERR_IP_ADDRESS_MISMATCH);
}

TEST_F(TlsTransport, AnAuthorityThatIsNotTrustedIsRefused) {
    client_context_ = net::make_client_context("");
    const auto error = shake_hands("localhost");
    EXPECT_TRUE(error);
    EXPECT_FALSE(net::may_lack_tls(error));
    EXPECT_TRUE(error.message().starts_with("certificate verify failed: ")) << error.message();
    EXPECT_NE(client_.certificate_verdict(), X509_V_OK);
}

TEST_F(TlsTransport, AnEndWithoutTlsIsNoticed) {
    const auto answer_plainly = [&]() -> asio::awaitable<error_code> {
        server_ = net::Transport(co_await acceptor_.async_accept(asio::use_awaitable));
        const auto error = co_await server_.write_all("-ERR unknown command\r\n");
        co_return error;
    };
    EXPECT_TRUE(net::may_lack_tls(std::get<0>(run(connect("localhost") && answer_plainly()))));
}

// The first read takes the whole record off the socket: waiting for the socket again would never end.
TEST_F(TlsTransport, ARecordIsReadInPartsWithoutTheSocket) {
    ASSERT_EQ(shake_hands("localhost"), error_code());
    run(server_.write_all("one record"));
    EXPECT_EQ(run(receive(client_, 4)).text, "one ");
    EXPECT_FALSE(client_.is_quiet());
    EXPECT_EQ(run(receive(client_, 100)).text, "record");
    EXPECT_TRUE(client_.is_quiet());
}

TEST_F(TlsTransport, RecordsThatCameTogetherAreReadWithoutTheSocket) {
    ASSERT_EQ(shake_hands("localhost"), error_code());
    run(server_.write_all("first"));
    run(server_.write_all("second"));
    EXPECT_EQ(run(receive(client_, 100)).text, "first");
    EXPECT_EQ(run(receive(client_, 100)).text, "second");
}

TEST_F(TlsTransport, WhoeverSendsWithoutEndHoldsNobodyUp) {
    ASSERT_EQ(shake_hands("localhost"), error_code());
    Flood flood(io_, server_, client_);
    sandbox_test::run_until(io_, [&] { return flood.ticks > 20; });
    EXPECT_GT(flood.received, 10'000u);
    client_.close();
    server_.close();
}

// They are no data: without a limit a single read would go on as long as they come.
TEST_F(TlsTransport, MessagesOfTlsItselfHaveAnEnd) {
    const auto former = std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to a closed connection in the end
    std::jthread server([this](std::stop_token is_over) {
        auto socket = acceptor_.accept();
        auto* const session = SSL_new(server_context_.native_handle());
        SSL_set_fd(session, socket.native_handle());
        SSL_accept(session);
        while (!is_over.stop_requested() && SSL_new_session_ticket(session) == 1 &&
               SSL_do_handshake(session) == 1) {
        }
        SSL_free(session);
    });
    EXPECT_EQ(run(connect("localhost")), error_code());
    EXPECT_TRUE(run(receive(client_, 1)).error);
    client_.close();
    server = {};
    std::signal(SIGPIPE, former);
}

// After a handshake a TLS 1.3 server sends tickets, which nobody has to wait for.
TEST_F(TlsTransport, MessagesOfTlsItselfAreNothingThatWasSaid) {
    ASSERT_EQ(shake_hands("localhost"), error_code());
    EXPECT_FALSE(client_.has_spoken());
    EXPECT_TRUE(client_.is_quiet());
    run(server_.write_all("unasked"));
    EXPECT_TRUE(client_.has_spoken());
    EXPECT_EQ(run(receive(client_, 100)).text, "unasked") << "looking takes nothing away";
    EXPECT_TRUE(client_.is_quiet());
    server_.shutdown();
    EXPECT_TRUE(client_.has_spoken());
}

// It cannot be read before the rest has come, and has come nevertheless.
TEST_F(TlsTransport, APartOfARecordEndsTheQuiet) {
    ASSERT_EQ(shake_hands("localhost"), error_code());
    const std::string header{"\x17\x03\x03\x00\x40", 5};
    error_code error;
    asio::write(*raw_server_, asio::buffer(header), error);
    ASSERT_FALSE(error);
    EXPECT_FALSE(client_.has_spoken());
    EXPECT_FALSE(client_.is_quiet());
}

TEST_F(TlsTransport, MuchIsWrittenWhileTheOtherEndReads) {
    ASSERT_EQ(shake_hands("localhost"), error_code());
    const std::string much(8 << 20, 'x');
    error_code error;
    const auto sent = client_.write_now(much, error);
    ASSERT_FALSE(error);
    const auto receive_all = [&]() -> asio::awaitable<std::size_t> {
        std::size_t received = 0;
        while (received < much.size()) received += (co_await receive(server_, 1 << 20)).text.size();
        co_return received;
    };
    auto both = run(client_.write_all(std::string_view(much).substr(sent)) && receive_all());
    EXPECT_EQ(std::get<0>(both), error_code());
    EXPECT_EQ(std::get<1>(both), much.size());
}

TEST_F(TlsTransport, AnEndIsToldFromACut) {
    ASSERT_EQ(shake_hands("localhost"), error_code());
    raw_server_.reset();
    client_.shutdown();
    EXPECT_EQ(run(receive(server_, 1)).error, asio::error::eof);
    server_.close();
    EXPECT_EQ(run(receive(client_, 1)).error, asio::ssl::error::stream_truncated);
}

TEST_F(TlsTransport, ADeadlineEndsAHandshakeThatIsNotAnswered) {
    client_.set_deadline(steady_clock::now() + 20ms);
    EXPECT_EQ(run(connect("localhost")), asio::error::timed_out);
}

}  // namespace transport_test
