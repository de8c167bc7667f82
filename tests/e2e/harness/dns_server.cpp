#include "e2e/harness/dns_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "e2e/harness/free_port.hpp"
#include "e2e/harness/io_thread.hpp"

namespace harness {

namespace asio = boost::asio;
using asio::ip::udp;

namespace {

enum class Mood { answering, denying, silent };

// RFC 1035, section 4.1.
constexpr std::size_t header_size = 12;
constexpr std::size_t type_and_class_size = 4;
constexpr unsigned type_a = 1, type_aaaa = 28, name_error = 3;

std::string number(unsigned value) {
    return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}

// The only question of a query: name, type, class.
std::string_view question_of(std::string_view query) {
    const auto root = query.find('\0', header_size);
    if (root == query.npos || root + 1 + type_and_class_size > query.size()) return {};
    return query.substr(header_size, root + 1 + type_and_class_size - header_size);
}

unsigned type_of(std::string_view question) {
    return static_cast<unsigned char>(question[question.size() - 3]);
}

std::string bytes_of(const asio::ip::address& address) {
    const auto copy = [](const auto& bytes) { return std::string(bytes.begin(), bytes.end()); };
    return address.is_v4() ? copy(address.to_v4().to_bytes()) : copy(address.to_v6().to_bytes());
}

std::string record(unsigned type, const std::string& data) {
    const std::string name_of_the_question = "\xc0\x0c";
    const std::string class_in = number(1), seconds_to_live = number(0) + number(1);
    return name_of_the_question + number(type) + class_in + seconds_to_live +
           number(static_cast<unsigned>(data.size())) + data;
}

}  // namespace

class DnsServer::Server {
public:
    explicit Server(std::vector<std::string> known)
        : addresses(std::move(known)),
          port_(free_port()),
          socket_(thread_.io(), udp::endpoint(asio::ip::address_v4::loopback(), port_)) {
        asio::co_spawn(thread_.io(), serve(), asio::detached);
        thread_.start();
    }
    ~Server() { thread_.stop(); }

    std::uint16_t port() const { return port_; }
    IoThread& thread() { return thread_; }

    std::vector<std::string> addresses;
    Mood mood = Mood::answering;
    std::size_t questions = 0;

private:
    asio::awaitable<void> serve() {
        char buffer[512];
        udp::endpoint client;
        for (;;) {
            const auto size =
                co_await socket_.async_receive_from(asio::buffer(buffer), client, asio::use_awaitable);
            ++questions;
            if (mood == Mood::silent) continue;
            const std::string answer = answer_to({buffer, size});
            co_await socket_.async_send_to(asio::buffer(answer), client, asio::use_awaitable);
        }
    }

    std::string answer_to(std::string_view query) const {
        const auto question = question_of(query);
        std::string records;
        unsigned count = 0;
        for (const auto& text : mood == Mood::denying ? std::vector<std::string>() : addresses) {
            const auto address = asio::ip::make_address(text);
            const unsigned type = address.is_v4() ? type_a : type_aaaa;
            if (question.empty() || type_of(question) != type) continue;
            records += record(type, bytes_of(address));
            ++count;
        }
        constexpr unsigned is_answer = 0x8180;
        const unsigned flags = is_answer | (mood == Mood::denying ? name_error : 0);
        return std::string(query.substr(0, 2)) + number(flags) + number(1) + number(count) + number(0) +
               number(0) + std::string(question) + records;
    }

    IoThread thread_;
    std::uint16_t port_;
    udp::socket socket_;
};

DnsServer::DnsServer(std::vector<std::string> addresses)
    : server_(std::make_unique<Server>(std::move(addresses))) {}
DnsServer::~DnsServer() = default;

std::uint16_t DnsServer::port() const {
    return server_->port();
}

void DnsServer::answer(std::vector<std::string> addresses) {
    server_->thread().call([&] {
        server_->mood = Mood::answering;
        server_->addresses = std::move(addresses);
    });
}

void DnsServer::deny() {
    server_->thread().call([&] { server_->mood = Mood::denying; });
}

void DnsServer::be_silent() {
    server_->thread().call([&] { server_->mood = Mood::silent; });
}

std::size_t DnsServer::questions() const {
    return server_->thread().call([&] { return server_->questions; });
}

}  // namespace harness
