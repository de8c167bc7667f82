#include "e2e/harness/load_generator.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "e2e/harness/answer_head.hpp"

namespace harness {
namespace {

using Clock = std::chrono::steady_clock;

// How often closed connections are made again and late answers are looked for.
constexpr Duration check_interval{10};

int pending_error(int socket) {
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

bool would_block(ssize_t result) {
    return result < 0 && (errno == EAGAIN || errno == EINTR);
}

// Nothing to read, and no end.
bool is_quiet(int socket) {
    char byte;
    return would_block(::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT));
}

}  // namespace

std::uint64_t LoadResult::count(unsigned status) const {
    const auto found = by_status.find(status);
    return found == by_status.end() ? 0 : found->second;
}

LoadGenerator::LoadGenerator(std::uint16_t port, std::size_t connections)
    : port_(port), epoll_(::epoll_create1(EPOLL_CLOEXEC)), connections_(connections) {
    if (epoll_ < 0) throw std::runtime_error("epoll_create1 failed");
}

LoadGenerator::~LoadGenerator() {
    for (const auto& connection : connections_)
        if (connection.socket >= 0) ::close(connection.socket);
    ::close(epoll_);
}

class LoadRun {
public:
    LoadRun(LoadGenerator& generator, const SignedDeliveries& deliveries, const LoadOptions& options)
        : generator_(generator),
          deliveries_(deliveries),
          options_(options),
          total_(options.requests ? options.requests : deliveries.size()) {}

    LoadResult to_the_end() {
        const auto begin = Clock::now();
        for (auto& connection : generator_.connections_) start(connection);
        next_check_ = begin + check_interval;
        reachable_at_ = begin;
        while (in_flight_ > 0 || may_begin()) {
            handle_events();
            if (const auto now = Clock::now(); now >= next_check_) check(now);
        }
        result_.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        return std::move(result_);
    }

private:
    using Connection = LoadGenerator::Connection;
    using State = LoadGenerator::State;

    bool may_begin() const { return begun_ < total_ && !options_.stop.stop_requested(); }

    void start(Connection& connection) {
        if (connection.state == State::idle && is_quiet(connection.socket)) return begin_next(connection);
        close(connection);
        connect(connection);
    }

    // Edge-triggered, for both directions at once: no epoll_ctl() per request.
    void connect(Connection& connection) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(generator_.port_);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connection.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (connection.socket < 0) throw std::runtime_error("no more sockets: raise the limit (ulimit -n)");
        const int yes = 1;
        ::setsockopt(connection.socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        connection.state = State::connecting;
        epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = &connection}};
        const int rc =
            ::connect(connection.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        if ((rc == -1 && errno != EINPROGRESS) ||
            ::epoll_ctl(generator_.epoll_, EPOLL_CTL_ADD, connection.socket, &event) == -1)
            close(connection);
    }

    void close(Connection& connection) {
        if (connection.socket >= 0) ::close(std::exchange(connection.socket, -1));
        connection.state = State::closed;
        connection.partial_answer.clear();
    }

    void begin_next(Connection& connection) {
        connection.state = State::idle;
        if (!may_begin()) return;
        connection.state = State::busy;
        connection.delivery = begun_++ % deliveries_.size();
        connection.unsent = deliveries_.request(connection.delivery);
        connection.since = Clock::now();
        ++in_flight_;
        send(connection);
    }

    void send(Connection& connection) {
        auto& rest = connection.unsent;
        const ssize_t sent = ::send(connection.socket, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent >= 0) return rest.remove_prefix(static_cast<std::size_t>(sent));
        if (!would_block(sent)) fail(connection);
    }

    void receive(Connection& connection) {
        std::array<char, 16 * 1024> buffer;
        const ssize_t size = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
        if (would_block(size)) return;
        if (size <= 0) return fail(connection);
        std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
        if (connection.state != State::busy) throw std::runtime_error("an answer that nobody asked for");
        if (!connection.partial_answer.empty()) bytes = connection.partial_answer.append(bytes);
        if (const auto answer = whole_answer(bytes)) return finish(connection, *answer);
        if (connection.partial_answer.empty()) connection.partial_answer = bytes;
        if (static_cast<std::size_t>(size) == buffer.size()) receive(connection);  // no other event tells
    }

    void finish(Connection& connection, const AnswerHead& answer) {
        result_.latency.record(Clock::now() - connection.since);
        connection.partial_answer.clear();
        count(connection, answer.status);
        if (!answer.closes && connection.unsent.empty()) return begin_next(connection);
        close(connection);
        if (may_begin()) connect(connection);
    }

    void fail(Connection& connection) {
        if (connection.state == State::busy) count(connection, 0);
        close(connection);
    }

    void count(Connection& connection, unsigned status) {
        --in_flight_;
        connection.state = State::idle;
        ++result_.by_status[status];
        if (options_.on_answer) options_.on_answer(deliveries_.id(connection.delivery), status);
    }

    void handle_events() {
        std::array<epoll_event, 256> events;
        const int count = ::epoll_wait(generator_.epoll_, events.data(), static_cast<int>(events.size()),
                                       static_cast<int>(check_interval.count()));
        for (int i = 0; i < count; ++i)
            on_event(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr),
                     events[static_cast<std::size_t>(i)].events);
    }

    void on_event(Connection& connection, std::uint32_t events) {
        if (connection.state == State::connecting) return on_connected(connection);
        if (connection.state == State::busy && !connection.unsent.empty() && (events & EPOLLOUT))
            send(connection);
        if (connection.socket >= 0 && (events & ~std::uint32_t{EPOLLOUT})) receive(connection);
    }

    void on_connected(Connection& connection) {
        pending_error(connection.socket) == 0 ? begin_next(connection) : close(connection);
    }

    void check(Clock::time_point now) {
        next_check_ = now + check_interval;
        for (auto& connection : generator_.connections_) {
            if (connection.state == State::busy && now - connection.since > options_.patience)
                fail(connection);
            if (connection.state == State::closed && may_begin()) connect(connection);
            if (connection.state == State::busy || connection.state == State::idle) reachable_at_ = now;
        }
        if (now - reachable_at_ > options_.patience)
            throw std::runtime_error("no connection to port " + std::to_string(generator_.port_));
    }

    LoadGenerator& generator_;
    const SignedDeliveries& deliveries_;
    const LoadOptions& options_;
    const std::uint64_t total_;
    std::uint64_t begun_ = 0, in_flight_ = 0;
    Clock::time_point next_check_, reachable_at_;
    LoadResult result_;
};

LoadResult LoadGenerator::run(const SignedDeliveries& deliveries, const LoadOptions& options) {
    return LoadRun(*this, deliveries, options).to_the_end();
}

}  // namespace harness
