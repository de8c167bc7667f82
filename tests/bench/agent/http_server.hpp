#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

#include "bench/agent/server_connection.hpp"
#include "e2e/harness/certificate_authority.hpp"

namespace bench {

struct HttpAnswer {
    unsigned status = 200;
    std::string body;  // JSON; none when it is empty
};

// An HTTP/1.1 server for a well-behaved client that keeps its connections open, in a thread of its own; as
// cheap as it can be, so that it is not what is measured.
class HttpServer {
public:
    // Called in the server's thread, when the answer is due.
    using Handler = std::function<HttpAnswer(const HttpRequest&)>;

    // TLS when there is a certificate. Throws std::runtime_error; what goes wrong in the thread ends the
    // program.
    HttpServer(const std::optional<harness::Certificate>& certificate, Handler handler);
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;
    ~HttpServer();

    std::uint16_t port() const { return port_; }

    // How long every answer takes from now on.
    void set_latency(std::chrono::milliseconds latency) { latency_ = latency.count(); }

    std::chrono::nanoseconds cpu() const;
    std::uint64_t accepted() const { return accepted_; }  // connections, ever

    // The most requests that were in progress at once since the last call.
    std::size_t take_most_at_once() { return most_at_once_.exchange(0); }

private:
    struct FreeContext {
        void operator()(SSL_CTX* context) const { ::SSL_CTX_free(context); }
    };
    struct Due {
        std::chrono::steady_clock::time_point at;
        std::uint64_t connection;
        std::string request;
    };
    using Connections = std::unordered_map<std::uint64_t, std::unique_ptr<ServerConnection>>;

    void use(const harness::Certificate& certificate);
    void listen();
    void watch(int descriptor, std::uint64_t id);
    void serve(std::stop_token stop);
    void on_event(std::uint64_t id, std::uint32_t events);
    void accept_all();
    void take_requests(std::uint64_t id, ServerConnection& connection);
    void answer(ServerConnection& connection, std::string_view request);
    void answer_due();
    int wait_ms() const;
    void flush(std::uint64_t id, ServerConnection& connection);

    Handler handler_;
    std::unique_ptr<SSL_CTX, FreeContext> tls_;
    int listener_ = -1, epoll_ = -1, wake_up_ = -1;
    std::uint16_t port_ = 0;
    std::uint64_t last_id_;
    Connections connections_;
    std::deque<Due> due_;  // the latency is the same for all: in order
    std::atomic<std::int64_t> latency_ = 0;
    std::atomic<std::uint64_t> accepted_ = 0;
    std::atomic<std::size_t> most_at_once_ = 0;
    std::jthread thread_;
};

}  // namespace bench
