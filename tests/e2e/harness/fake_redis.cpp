#include "e2e/harness/fake_redis.hpp"

#include <map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "e2e/harness/free_port.hpp"
#include "e2e/harness/io_thread.hpp"
#include "shared/resp.hpp"

namespace harness {

namespace asio = boost::asio;
using asio::ip::tcp;

class FakeRedis::Server {
public:
    Server() : port_(free_port()), listener_(thread_.io(), {asio::ip::address_v4::loopback(), port_}) {
        asio::co_spawn(thread_.io(), accept(), asio::detached);
        thread_.start();
    }
    ~Server() { thread_.stop(); }

    std::uint16_t port() const { return port_; }
    IoThread& thread() { return thread_; }

    std::map<std::string, std::string> answers = {{"AUTH", "+OK\r\n"},
                                                  {"SELECT", "+OK\r\n"},
                                                  {"PING", "+PONG\r\n"},
                                                  {"ROLE", "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n"},
                                                  {"XADD", "$3\r\n1-1\r\n"}};
    std::map<std::string, std::size_t> received;
    std::size_t connections = 0;

private:
    asio::awaitable<void> accept() {
        for (;;) {
            tcp::socket accepted = co_await listener_.async_accept(asio::use_awaitable);
            ++connections;
            asio::co_spawn(thread_.io(), serve(std::move(accepted)), asio::detached);
        }
    }

    asio::awaitable<void> serve(tcp::socket socket) {
        shared::ReplyReader reader;  // a command looks like an array in a reply
        char buffer[64 * 1024];
        try {
            for (;;) {
                const auto size = co_await socket.async_read_some(asio::buffer(buffer), asio::use_awaitable);
                if (!reader.feed({buffer, size})) co_return;
                const std::string bytes = replies(reader);
                co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
            }
        } catch (const boost::system::system_error&) {
            // The client left.
        }
    }

    std::string replies(shared::ReplyReader& reader) {
        std::string bytes;
        while (const auto command = reader.next()) {
            const std::string name(command->elements ? shared::text(*command->element[0]) : "");
            ++received[name];
            const auto answer = answers.find(name);
            bytes += answer == answers.end() ? "-ERR unknown command\r\n" : answer->second;
        }
        return bytes;
    }

    IoThread thread_;
    std::uint16_t port_;
    tcp::acceptor listener_;
};

FakeRedis::FakeRedis() : server_(std::make_unique<Server>()) {}
FakeRedis::~FakeRedis() = default;

std::uint16_t FakeRedis::port() const {
    return server_->port();
}

std::string FakeRedis::url() const {
    return "redis://127.0.0.1:" + std::to_string(port());
}

void FakeRedis::answer(const std::string& command, const std::string& bytes) {
    server_->thread().call([&] { server_->answers[command] = bytes; });
}

std::size_t FakeRedis::count(const std::string& command) const {
    return server_->thread().call([&] { return server_->received[command]; });
}

std::size_t FakeRedis::connections() const {
    return server_->thread().call([&] { return server_->connections; });
}

}  // namespace harness
