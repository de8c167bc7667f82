#include "e2e/harness/tcp_gate.hpp"

#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "e2e/harness/free_port.hpp"
#include "e2e/harness/io_thread.hpp"

namespace harness {

namespace asio = boost::asio;
using Socket = asio::generic::stream_protocol::socket;
using Endpoint = asio::generic::stream_protocol::endpoint;
using Listener = asio::ip::tcp::acceptor;

namespace {

struct Session {
    Session(Socket accepted, asio::io_context& io) : client(std::move(accepted)), target(io) {}
    Socket client;
    Socket target;
    bool has_sent_text = false;  // that of lose()
    void close() {
        boost::system::error_code ignored;
        client.close(ignored);
        target.close(ignored);
    }
};

}  // namespace

class TcpGate::Server {
public:
    explicit Server(Endpoint target)
        : target_(std::move(target)),
          port_(free_port()),
          listener_(thread_.io(), {asio::ip::address_v4::loopback(), port_}) {
        asio::co_spawn(thread_.io(), accept(), asio::detached);
        thread_.start();
    }
    ~Server() { thread_.stop(); }

    template <typename Function>
    auto on_thread(Function function) {
        return thread_.call(std::move(function));
    }

    std::uint16_t port() const { return port_; }
    std::size_t connections() const { return sessions_.size(); }
    void cut() {
        for (const auto& session : std::exchange(sessions_, {})) session->close();
    }

    bool frozen = false;
    std::size_t piece = 64 * 1024;
    Duration between{0};
    std::string forged_answer;
    std::string repeated_head;
    unsigned repetitions = 0;
    Loss loss = Loss::requests;
    std::string text;
    bool has_lost = false;

private:
    asio::awaitable<void> accept() {
        for (;;) {
            asio::ip::tcp::socket accepted = co_await listener_.async_accept(asio::use_awaitable);
            const auto session = std::make_shared<Session>(std::move(accepted), thread_.io());
            sessions_.insert(session);
            asio::co_spawn(thread_.io(), serve(session), asio::detached);
        }
    }

    asio::awaitable<void> serve(std::shared_ptr<Session> session) {
        try {
            co_await session->target.async_connect(target_, asio::use_awaitable);
            asio::co_spawn(thread_.io(), pump(session, false), asio::detached);
            asio::co_spawn(thread_.io(), pump(session, true), asio::detached);
        } catch (const boost::system::system_error&) {
            session->close();
        }
    }

    asio::awaitable<void> pump(std::shared_ptr<Session> session, bool answers) {
        Socket& from = answers ? session->target : session->client;
        Socket& to = answers ? session->client : session->target;
        char buffer[64 * 1024];
        try {
            for (;;) {
                const auto space = asio::buffer(buffer, answers ? piece : sizeof buffer);
                std::size_t size = co_await from.async_read_some(space, asio::use_awaitable);
                co_await wait_while_frozen();
                std::string bytes(buffer, size);
                if (answers && !forged_answer.empty()) bytes = forged_answer;
                if (answers && is_repeated(bytes)) bytes += bytes;
                if (loses(*session, answers, bytes)) continue;
                co_await asio::async_write(to, asio::buffer(bytes), asio::use_awaitable);
                if (answers && between.count() > 0) co_await sleep(between);
            }
        } catch (const boost::system::system_error&) {
            session->close();
        }
        sessions_.erase(session);
    }

    bool is_repeated(const std::string& bytes) {
        if (repetitions == 0 || !bytes.starts_with(repeated_head)) return false;
        --repetitions;
        return true;
    }

    bool loses(Session& session, bool answers, const std::string& bytes) {
        if (!answers && !text.empty() && bytes.find(text) != bytes.npos) session.has_sent_text = true;
        const bool is_lost = session.has_sent_text && answers == (loss == Loss::answers);
        has_lost |= is_lost;
        return is_lost;
    }

    asio::awaitable<void> sleep(Duration duration) {
        asio::steady_timer timer(thread_.io(), duration);
        co_await timer.async_wait(asio::use_awaitable);
    }

    asio::awaitable<void> wait_while_frozen() {
        while (frozen) co_await sleep(Duration(2));
    }

    IoThread thread_;
    Endpoint target_;
    std::uint16_t port_;
    Listener listener_;
    std::set<std::shared_ptr<Session>> sessions_;
};

TcpGate::TcpGate(const std::string& target_socket_path)
    : server_(std::make_unique<Server>(asio::local::stream_protocol::endpoint(target_socket_path))) {}

TcpGate::TcpGate(std::uint16_t target_port)
    : server_(
          std::make_unique<Server>(asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), target_port))) {}

TcpGate::~TcpGate() = default;

std::uint16_t TcpGate::port() const {
    return server_->port();
}

std::size_t TcpGate::connections() const {
    return server_->on_thread([&] { return server_->connections(); });
}

void TcpGate::freeze() {
    server_->on_thread([&] { server_->frozen = true; });
}

void TcpGate::thaw() {
    server_->on_thread([&] { server_->frozen = false; });
}

void TcpGate::cut() {
    server_->on_thread([&] { server_->cut(); });
}

void TcpGate::trickle(std::size_t bytes, Duration between) {
    server_->on_thread([&] {
        server_->piece = bytes;
        server_->between = between;
    });
}

void TcpGate::answer_with(std::string bytes) {
    server_->on_thread([&] { server_->forged_answer = std::move(bytes); });
}

void TcpGate::repeat_answers(std::string head, unsigned times) {
    server_->on_thread([&] {
        server_->repeated_head = std::move(head);
        server_->repetitions = times;
    });
}

void TcpGate::lose(Loss loss, std::string text) {
    server_->on_thread([&] {
        server_->loss = loss;
        server_->text = std::move(text);
    });
}

bool TcpGate::has_lost() const {
    return server_->on_thread([&] { return server_->has_lost; });
}

}  // namespace harness
