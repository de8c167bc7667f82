#include "bench/agent/http_server.hpp"

#include <array>
#include <stdexcept>

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/common/cost.hpp"
#include "e2e/harness/loopback.hpp"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t listener_id = 0, wake_up_id = 1;

std::string_view reason_of(unsigned status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 204:
            return "No Content";
        case 401:
            return "Unauthorized";
        default:
            return "Not Found";
    }
}

void append_answer(std::string& out, const HttpAnswer& answer) {
    fmt::format_to(std::back_inserter(out),
                   "HTTP/1.1 {} {}\r\nDate: Tue, 04 Nov 2025 19:52:17 GMT\r\nConnection: keep-alive\r\n"
                   "X-Request-Id: 6b86b273-ff34-4ce1-9d6b-804eff5a3f57\r\n",
                   answer.status, reason_of(answer.status));
    if (answer.status != 204)
        fmt::format_to(std::back_inserter(out),
                       "Content-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n",
                       answer.body.size());
    out.append("\r\n").append(answer.body);
}

}  // namespace

HttpServer::HttpServer(const std::optional<harness::Certificate>& certificate, Handler handler)
    : handler_(std::move(handler)), last_id_(wake_up_id) {
    if (certificate) use(*certificate);
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    wake_up_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    listen();
    watch(listener_, listener_id);
    watch(wake_up_, wake_up_id);
    thread_ = std::jthread([this](std::stop_token stop) { serve(std::move(stop)); });
}

HttpServer::~HttpServer() {
    thread_.request_stop();
    ::eventfd_write(wake_up_, 1);
    thread_.join();
    for (const int descriptor : {listener_, epoll_, wake_up_}) ::close(descriptor);
}

void HttpServer::use(const harness::Certificate& certificate) {
    tls_.reset(::SSL_CTX_new(::TLS_server_method()));
    if (!tls_ || ::SSL_CTX_use_certificate_chain_file(tls_.get(), certificate.file.c_str()) != 1 ||
        ::SSL_CTX_use_PrivateKey_file(tls_.get(), certificate.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        throw std::runtime_error("OpenSSL does not take the certificate " + certificate.file);
    ::SSL_CTX_set_read_ahead(tls_.get(), 1);
    ::SSL_CTX_set_mode(tls_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

void HttpServer::listen() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    auto address = harness::loopback(0);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 4096) != 0 ||
        ::getsockname(listener_, generic, &size) != 0)
        throw std::runtime_error("cannot listen on 127.0.0.1");
    port_ = ntohs(address.sin_port);
}

void HttpServer::watch(int descriptor, std::uint64_t id) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = id}};
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0)
        throw std::runtime_error("epoll refuses a connection");
}

void HttpServer::serve(std::stop_token stop) {
    std::array<epoll_event, 64> events;
    while (!stop.stop_requested()) {
        const int count = ::epoll_wait(epoll_, events.data(), events.size(), wait_ms());
        for (int i = 0; i < count; ++i) on_event(events[i].data.u64, events[i].events);
        answer_due();
    }
}

int HttpServer::wait_ms() const {
    if (due_.empty()) return -1;
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(due_.front().at - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(rest, 0));
}

void HttpServer::on_event(std::uint64_t id, std::uint32_t events) {
    if (id == listener_id) return accept_all();
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;  // the wake-up call, or closed meanwhile
    auto& connection = *found->second;
    if ((events & ~EPOLLOUT) && !connection.receive()) {
        connections_.erase(found);
        return;
    }
    take_requests(id, connection);
    flush(id, connection);
}

void HttpServer::accept_all() {
    while (true) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (socket < 0) return;
        const int yes = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        connections_.emplace(++last_id_, std::make_unique<ServerConnection>(socket, tls_.get()));
        watch(socket, last_id_);
        ++accepted_;
    }
}

void HttpServer::take_requests(std::uint64_t id, ServerConnection& connection) {
    std::string_view rest = connection.received();
    const std::chrono::milliseconds latency(latency_.load());
    while (const auto request = first_request(rest)) {
        if (latency.count() > 0) {
            due_.push_back({Clock::now() + latency, id, std::string(*request)});
        } else {
            answer(connection, *request);
        }
        rest.remove_prefix(request->size());
    }
    connection.received().erase(0, connection.received().size() - rest.size());
    // With a latency of 0 each request is answered before the next one is looked at.
    most_at_once_ = std::max(most_at_once_.load(), due_.size());
}

void HttpServer::answer(ServerConnection& connection, std::string_view request) {
    append_answer(connection.unsent(), handler_(parse_request(request)));
}

void HttpServer::answer_due() {
    const auto now = Clock::now();
    while (!due_.empty() && due_.front().at <= now) {
        const auto due = std::move(due_.front());
        due_.pop_front();
        const auto found = connections_.find(due.connection);
        if (found == connections_.end()) continue;
        answer(*found->second, due.request);
        flush(due.connection, *found->second);
    }
}

// What did not go now goes when epoll says so.
void HttpServer::flush(std::uint64_t id, ServerConnection& connection) {
    const bool was_waiting = connection.is_waiting_to_send();
    if (!connection.send()) {
        connections_.erase(id);
        return;
    }
    if (connection.is_waiting_to_send() == was_waiting) return;
    epoll_event event{.events = EPOLLIN | (was_waiting ? 0u : EPOLLOUT), .data = {.u64 = id}};
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.socket(), &event);
}

std::chrono::nanoseconds HttpServer::cpu() const {
    return cpu_of(const_cast<std::jthread&>(thread_).native_handle());
}

}  // namespace bench
