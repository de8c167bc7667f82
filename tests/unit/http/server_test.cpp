#include "http/server.hpp"

#include <unistd.h>
#include <algorithm>
#include <list>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "unit/sandbox/support.hpp"

namespace http_server_test {

namespace asio = boost::asio;
using asio::ip::tcp;
using http::Server;
using sandbox_test::run;
using testing::HasSubstr;
using testing::StartsWith;

Server::Response ok(std::string body) {
    Server::Response response(boost::beast::http::status::ok, 11);
    response.body() = std::move(body);
    return response;
}

asio::awaitable<std::optional<Server::Response>> echo(Server::Request request) {
    if (request.target() == "/nothing") co_return std::nullopt;
    if (request.target() == "/throw") throw std::runtime_error("on purpose");
    if (request.target() == "/slow") {
        asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(200));
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return ok(std::string(request.method_string()) + " " + std::string(request.target()) + " " +
                 request.body());
}

// Everything the server says until it closes the connection.
asio::awaitable<std::string> converse(tcp::endpoint server, std::string bytes) {
    tcp::socket socket(co_await asio::this_coro::executor);
    co_await socket.async_connect(server, asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
    std::string answer;
    boost::system::error_code end;
    co_await asio::async_read(socket, asio::dynamic_buffer(answer),
                              asio::redirect_error(asio::use_awaitable, end));
    co_return answer;
}

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
    return found;
}

class HttpServer : public testing::Test {
protected:
    HttpServer() { server.start(); }
    static http::ServerOptions options() {
        http::ServerOptions options;
        options.address = tcp::endpoint(asio::ip::address_v4::loopback(), 0);
        options.max_body_size = 100;
        options.read_timeout = std::chrono::milliseconds(300);
        return options;
    }
    std::string say(std::string bytes) {
        return run(io, converse(server.local_endpoint(), std::move(bytes)));
    }

    asio::io_context io{1};
    Server server{io.get_executor(), options(), echo};
};

TEST_F(HttpServer, PicksAFreePort) {
    EXPECT_NE(server.local_endpoint().port(), 0);
}

TEST_F(HttpServer, NamesAnAddressThatItCannotHave) {
    auto taken = options();
    taken.address = server.local_endpoint();
    try {
        Server second(io.get_executor(), taken, echo);
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("127.0.0.1:" + std::to_string(taken.address.port())));
    }
}

TEST_F(HttpServer, AnswersSeveralRequestsOnOneConnection) {
    const auto answer =
        say("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
            "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
            "GET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(count(answer, "HTTP/1.1 200 OK"), 3U);
    EXPECT_THAT(answer, HasSubstr("GET /a "));
    EXPECT_THAT(answer, HasSubstr("POST /b hi"));
    EXPECT_THAT(answer, HasSubstr("GET /c "));
}

TEST_F(HttpServer, ReadsChunkedBodies) {
    EXPECT_THAT(say("PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
                HasSubstr("PUT / abcde"));
}

TEST_F(HttpServer, ClosesAnHttp10Connection) {
    EXPECT_THAT(say("GET / HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.0 200 OK"));
}

TEST_F(HttpServer, TellsAClientThatAsksToGoOn) {
    const auto answer =
        say("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: "
            "2\r\n\r\nhi");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK"));
}

TEST_F(HttpServer, AnswersHeadWithTheHeaderAlone) {
    const auto answer =
        say("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n"
            "GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(answer, HasSubstr("Content-Length: 8\r\n\r\nHTTP/1.1 200 OK"));
    EXPECT_EQ(count(answer, "HEAD"), 0U);
    EXPECT_THAT(answer, HasSubstr("GET /b "));
}

// What is closed with unread bytes is reset, and the peer may lose the answer.
TEST_F(HttpServer, TheAnswerToABodyThatIsNotReadArrives) {
    const std::string body(1 << 20, 'x');
    EXPECT_THAT(say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n" + body),
                StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServer, ReadsARequestThatComesInPieces) {
    const auto dribble = [&]() -> asio::awaitable<std::string> {
        tcp::socket socket(co_await asio::this_coro::executor);
        co_await socket.async_connect(server.local_endpoint(), asio::use_awaitable);
        const std::string request =
            "POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc";
        for (const char& byte : request)
            co_await asio::async_write(socket, asio::buffer(&byte, 1), asio::use_awaitable);
        std::string answer;
        boost::system::error_code end;
        co_await asio::async_read(socket, asio::dynamic_buffer(answer),
                                  asio::redirect_error(asio::use_awaitable, end));
        co_return answer;
    };
    EXPECT_THAT(run(io, dribble()), HasSubstr("POST /a abc"));
}

TEST_F(HttpServer, WithoutAnAnswerTheConnectionIsClosed) {
    EXPECT_EQ(say("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"), "");
}

TEST_F(HttpServer, AHandlerThatThrowsIsAnswered500) {
    EXPECT_THAT(say("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 500 "));
}

TEST_F(HttpServer, RefusesABodyOverTheLimit) {
    const auto request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ";
    EXPECT_THAT(say(request + std::string("101\r\n\r\n") + std::string(101, 'x')),
                StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(say(request + std::string("100\r\nConnection: close\r\n\r\n") + std::string(100, 'x')),
                StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServer, RefusesAHeaderOverTheLimit) {
    EXPECT_THAT(say("GET / HTTP/1.1\r\nA: " + std::string(20'000, 'x') + "\r\n\r\n"),
                StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServer, RefusesWhatIsNotHttp) {
    EXPECT_THAT(say("*1\r\n$4\r\nPING\r\n"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpServer, ClosesASilentConnection) {
    EXPECT_EQ(say("GET / HTTP/1.1\r\nHos"), "");
}

// A byte now and then, and an answer to Expect, gain no time.
TEST_F(HttpServer, ARequestIsWholeInTimeOrNotAnswered) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(say("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\nhi"),
              "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
    EXPECT_EQ(server.counts().late, 1u);
}

TEST_F(HttpServer, WhateverIsNoBodyHasAnEnd) {
    const std::string much(200'000, 'x');
    for (const auto* begin : {"1;", "0\r\nA: "}) {
        const auto answer =
            say("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + (begin + much));
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 431 ")) << begin;
    }
    EXPECT_EQ(server.counts().malformed, 2u);
}

TEST_F(HttpServer, RequestsThatCameTogetherHoldNobodyUp) {
    std::string requests;
    for (int i = 0; i < 200; ++i) requests += "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
    requests += "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    EXPECT_EQ(count(say(requests), "HTTP/1.1 200 OK"), 201u);
}

TEST_F(HttpServer, AnExceptionOfAHandlerIsCounted) {
    say("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(server.counts().exceptions, 1u);
}

TEST_F(HttpServer, TheAnswerToHeadHasNoBodyWhateverItIs) {
    EXPECT_THAT(say("HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n"),
                testing::AllOf(StartsWith("HTTP/1.1 413 "), testing::EndsWith("\r\n\r\n")));
}

class CrowdedHttpServer : public testing::Test {
protected:
    CrowdedHttpServer() { server.start(); }
    static http::ServerOptions options() {
        http::ServerOptions options;
        options.address = tcp::endpoint(asio::ip::address_v4::loopback(), 0);
        options.connections = {.in_all = 6, .of_a_peer = 3};
        return options;
    }
    // From an address of this host of its own, and waits until it is accepted.
    tcp::socket& connect(const char* from) {
        auto& socket = sockets.emplace_back(io);
        socket.open(tcp::v4());
        socket.bind({asio::ip::make_address(from), 0});
        socket.connect(server.local_endpoint());
        io.restart();
        io.poll();
        return socket;
    }
    static bool is_closed(tcp::socket& socket) {
        char byte = 0;
        boost::system::error_code error;
        socket.non_blocking(true);
        socket.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, error);
        return error != asio::error::would_block;
    }
    std::size_t open() {
        return static_cast<std::size_t>(
            std::ranges::count_if(sockets, [](tcp::socket& socket) { return !is_closed(socket); }));
    }

    asio::io_context io{1};
    Server server{io.get_executor(), options(), echo};
    std::list<tcp::socket> sockets;
};

TEST_F(CrowdedHttpServer, KeepsSoManyConnectionsOfAnAddress) {
    for (int i = 0; i < 50; ++i) connect("127.0.0.1");
    EXPECT_EQ(open(), 3u);
    EXPECT_FALSE(is_closed(sockets.back())) << "the newest";
    EXPECT_EQ(server.counts().displaced, 47u);
}

TEST_F(CrowdedHttpServer, KeepsSoManyConnectionsInAll) {
    for (const auto* from : {"127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"})
        for (int i = 0; i < 3; ++i) connect(from);
    EXPECT_EQ(open(), 6u);
}

TEST_F(CrowdedHttpServer, WhoeverAsksIsAnsweredAmongThoseWhoSayNothing) {
    for (int i = 0; i < 20; ++i) connect("127.0.0.1");
    const auto answer =
        run(io, converse(server.local_endpoint(), "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(CrowdedHttpServer, ARequestThatIsBeingAnsweredIsNotCutForOthers) {
    std::string answer;
    asio::co_spawn(
        io, converse(server.local_endpoint(), "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        [&](std::exception_ptr, std::string text) { answer = std::move(text); });
    for (int i = 0; i < 20; ++i) connect("127.0.0.1");
    sandbox_test::run_until(io, [&] { return !answer.empty(); });
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
}

// Without descriptors nothing can be accepted; the server says so, and goes on when there are some again.
TEST_F(CrowdedHttpServer, OutlivesALackOfDescriptors) {
    tcp::socket waiting(io, tcp::v4());
    std::vector<int> descriptors;
    for (int descriptor = ::dup(0); descriptor >= 0; descriptor = ::dup(0)) descriptors.push_back(descriptor);
    waiting.connect(server.local_endpoint());
    sandbox_test::run_until(io, [&] { return server.counts().not_accepted > 0; });
    io.run_for(std::chrono::milliseconds(20));
    EXPECT_LE(server.counts().not_accepted, 2u) << "it does not spin";
    for (const int descriptor : descriptors) ::close(descriptor);
    asio::write(waiting,
                asio::buffer(std::string("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")));
    std::string answer(12, '\0');
    const auto read = [&]() -> asio::awaitable<bool> {
        co_await asio::async_read(waiting, asio::buffer(answer), asio::use_awaitable);
        co_return true;
    };
    EXPECT_TRUE(run(io, read()));
    EXPECT_EQ(answer, "HTTP/1.1 200");
}

TEST_F(HttpServer, StopLetsARequestInProgressBeAnswered) {
    std::string answer;
    const auto idle = [&]() -> asio::awaitable<bool> {
        tcp::socket silent(io);
        co_await silent.async_connect(server.local_endpoint(), asio::use_awaitable);
        asio::steady_timer until_handled(io, std::chrono::milliseconds(100));
        co_await until_handled.async_wait(asio::use_awaitable);
        co_await server.stop(std::chrono::seconds(5));
        co_return true;
    };
    asio::co_spawn(io, converse(server.local_endpoint(), "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"),
                   [&](std::exception_ptr, std::string text) { answer = std::move(text); });
    EXPECT_TRUE(run(io, idle()));
    sandbox_test::run_until(io, [&] { return !answer.empty(); });
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
    EXPECT_THROW(say("GET / HTTP/1.1\r\n\r\n"), boost::system::system_error);
}

TEST(ListenAddress, IsAnAddressAndAPort) {
    EXPECT_EQ(http::parse_listen_address("127.0.0.1:80"),
              tcp::endpoint(asio::ip::make_address("127.0.0.1"), 80));
    EXPECT_EQ(http::parse_listen_address("[::1]:0"), tcp::endpoint(asio::ip::make_address("::1"), 0));
    for (const auto* text : {"", "80", ":80", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                             "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "[127.0.0.1]:80", "[]:80"})
        EXPECT_FALSE(http::parse_listen_address(text)) << text;
}

// Twice, then it has enough.
asio::awaitable<std::optional<Server::Response>> tell_twice(Server::Request request, http::Stream& stream) {
    if (request.target() == "/live?no") co_return ok("refused");
    auto head = ok("");
    head.erase(http::Field::content_length);
    bool goes_on = co_await stream.begin(std::move(head));
    for (int i = 0; i < 2 && goes_on && !stream.is_ending(); ++i) goes_on = co_await stream.write("news\n\n");
    co_return std::nullopt;
}

http::ServerOptions streaming_options() {
    http::ServerOptions options;
    options.address = tcp::endpoint(asio::ip::address_v4::loopback(), 0);
    options.max_body_size = 10;
    options.streaming = {[](const Server::Request& request) { return request.target().starts_with("/live"); },
                         tell_twice};
    options.refuse = [](const Server::Request& head, unsigned status) -> std::optional<Server::Response> {
        if (head.target() != "/own") return std::nullopt;
        auto response = ok("our own words");
        response.result(status);
        response.prepare_payload();
        return response;
    };
    return options;
}

TEST(HttpStream, GoesOnUntilOneSideHasEnough) {
    asio::io_context io{1};
    Server server(io.get_executor(), streaming_options(), echo);
    server.start();
    const auto answer = run(io, converse(server.local_endpoint(), "GET /live HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(answer, testing::Not(HasSubstr("Content-Length")));
    EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nnews\n\nnews\n\n"));
}

TEST(HttpStream, MayBeRefusedAsAnyRequest) {
    asio::io_context io{1};
    Server server(io.get_executor(), streaming_options(), echo);
    server.start();
    const auto answer = run(io, converse(server.local_endpoint(),
                                         "GET /live?no HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Length: 7\r\n"));
    EXPECT_THAT(answer, testing::EndsWith("refused"));
}

TEST(HttpStream, WhatCannotBeReadIsRefusedInTheHandlersWords) {
    asio::io_context io{1};
    Server server(io.get_executor(), streaming_options(), echo);
    server.start();
    const auto ask = [&](const std::string& target) {
        return run(io, converse(server.local_endpoint(),
                                "POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"));
    };
    EXPECT_THAT(ask("/own"), testing::EndsWith("our own words"));
    EXPECT_THAT(ask("/own"), StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(ask("/other"), testing::EndsWith("Payload Too Large\n"));
}

}  // namespace http_server_test
