#include "net/transport.hpp"

#include <optional>

#include <openssl/x509_vfy.h>
#include <sys/socket.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/deadline.hpp"
#include "net/tls.hpp"

namespace net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr unsigned most_unwaited = 8;  // reads or writes before all else gets its turn
constexpr std::chrono::milliseconds until_the_queue_has_room{10};

}  // namespace

// The socket and its deadline, for which a timer may wait a moment longer than the transport lives.
//
// The timer is not set for every call: when it fires, it looks at the deadline of the present one.
struct Transport::Line : std::enable_shared_from_this<Line> {
    explicit Line(Socket connected) : socket(std::move(connected)), timer(socket.get_executor()) {}

    void watch(Time until) {
        deadline = until;
        if (until < fires_at) arm();
    }

    void arm() {
        fires_at = deadline;
        timer.expires_at(deadline);
        timer.async_wait([line = shared_from_this()](error_code error) {
            if (!error) line->on_timer();
        });
    }

    void on_timer() {
        fires_at = Time::max();
        if (deadline == Time::max()) return;
        if (std::chrono::steady_clock::now() < deadline) return arm();
        is_late = true;
        close();
    }

    void close() {
        error_code ignored;  // a socket that fails to close is closed
        socket.close(ignored);
    }

    bool has_peer() const {
        error_code none;
        socket.remote_endpoint(none);
        return !none;
    }

    // After some reads or writes that had nothing to wait for: deadlines, leases and the watchdog must not
    // wait for another end that is always ready.
    bool is_turn_over() { return ++unwaited % most_unwaited == 0; }

    error_code named(error_code error) const {
        return error && is_late ? error_code(asio::error::timed_out) : error;
    }

    TlsSession::Step step_write(std::string_view bytes) {
        // A closed socket's number may belong to another one by now.
        if (!socket.is_open()) return {0, named(asio::error::bad_descriptor), false};
        if (tls) return tls->write(bytes);
        error_code error;
        const auto sent = socket.write_some(asio::buffer(bytes.data(), bytes.size()), error);
        return {sent, error, true};
    }

    TlsSession::Step step_tls(asio::mutable_buffer buffer) {
        if (!socket.is_open()) return {0, named(asio::error::bad_descriptor), false};
        return tls->read(static_cast<char*>(buffer.data()), buffer.size());
    }

    Socket socket;
    std::optional<TlsSession> tls;
    asio::steady_timer timer;
    Time deadline = Time::max();
    Time fires_at = Time::max();
    unsigned unwaited = 0;  // reads and writes so far that had nothing to wait for
    bool is_late = false;
};

Transport::Transport(asio::any_io_executor executor)
    : line_(std::make_shared<Line>(Socket(std::move(executor)))) {}

Transport::Transport(Socket accepted) : line_(std::make_shared<Line>(std::move(accepted))) {
    error_code ignored;  // reading and writing will say what is wrong with it
    line_->socket.non_blocking(true, ignored);
    line_->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Transport::Transport(Transport&&) noexcept = default;

Transport& Transport::operator=(Transport&& other) noexcept {
    std::swap(line_, other.line_);
    return *this;
}

Transport::~Transport() {
    if (!line_) return;
    line_->timer.cancel();
    line_->close();
}

void Transport::set_deadline(Time deadline) {
    line_->watch(deadline);
}

bool Transport::is_late() const noexcept {
    return line_->is_late;
}

asio::awaitable<error_code> Transport::connect(Endpoint endpoint) {
    if (is_late()) co_return asio::error::timed_out;
    line_->close();
    line_->tls.reset();
    const error_code unreached = co_await reach(std::move(endpoint));
    if (unreached) co_return unreached;
    error_code failure;
    line_->socket.non_blocking(true, failure);
    if (failure) co_return failure;
    error_code ignored;  // a Unix socket has no such option
    line_->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    co_return error_code();
}

// A Unix socket whose server has its queue full says EAGAIN and stays unconnected; Asio takes that for a
// connection on its way.
asio::awaitable<error_code> Transport::reach(Endpoint endpoint) {
    while (true) {
        const auto [error] = co_await line_->socket.async_connect(endpoint, as_result);
        const bool may_be_unconnected = endpoint.protocol().family() == AF_UNIX;
        if (error || !may_be_unconnected || line_->has_peer()) co_return line_->named(error);
        asio::steady_timer pause(get_executor(), until_the_queue_has_room);
        co_await pause.async_wait(as_result);
        if (!line_->socket.is_open()) co_return line_->named(asio::error::operation_aborted);
    }
}

asio::awaitable<error_code> Transport::shake_hands_with_server(ssl_ctx_st& context, std::string host) {
    line_->tls.emplace(context, line_->socket.native_handle());
    if (const auto error = line_->tls->be_client_of(host)) co_return error;
    const error_code error = co_await shake_hands();
    co_return error;
}

asio::awaitable<error_code> Transport::shake_hands_with_client(ssl_ctx_st& context) {
    line_->tls.emplace(context, line_->socket.native_handle());
    line_->tls->be_server();
    return shake_hands();
}

asio::awaitable<error_code> Transport::shake_hands() {
    while (true) {
        if (!line_->socket.is_open()) co_return line_->named(asio::error::bad_descriptor);
        const auto step = line_->tls->shake_hands();
        if (step.error != asio::error::would_block) co_return step.error;
        const error_code error = co_await wait(step.waits_for_write);
        if (error) co_return error;
    }
}

bool Transport::is_tls() const noexcept {
    return line_->tls.has_value();
}

long Transport::certificate_verdict() const noexcept {
    return line_->tls ? line_->tls->certificate_verdict() : X509_V_OK;
}

asio::awaitable<error_code> Transport::wait(bool for_write) {
    const auto what = for_write ? Socket::wait_write : Socket::wait_read;
    const auto [error] = co_await line_->socket.async_wait(what, as_result);
    co_return line_->named(error);
}

std::size_t Transport::write_now(std::string_view bytes, error_code& error) {
    const auto step = line_->step_write(bytes);
    error = step.error == asio::error::would_block ? error_code() : step.error;
    return step.bytes;
}

asio::awaitable<error_code> Transport::write_all(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto step = line_->step_write(bytes);
        bytes.remove_prefix(step.bytes);
        if (step.error && step.error != asio::error::would_block) co_return step.error;
        error_code error;
        if (step.error)
            error = co_await wait(step.waits_for_write);
        else if (line_->is_turn_over())
            co_await give_way();
        if (error) co_return error;
    }
    co_return error_code();
}

// All else that is ready, and the timers, get their turn.
asio::awaitable<void> Transport::give_way() {
    return asio::post(line_->socket.get_executor(), asio::use_awaitable);
}

// Waits before the first attempt: what is read for has usually not come yet. But a record that is inside
// OpenSSL already makes no socket readable.
asio::awaitable<std::tuple<error_code, std::size_t>> Transport::read_some(asio::mutable_buffer buffer) {
    if (!line_->tls) {
        const auto [error, size] = co_await line_->socket.async_read_some(buffer, as_result);
        co_return std::make_tuple(line_->named(error), size);
    }
    bool must_wait = !line_->tls->has_pending(), for_write = false;
    while (true) {
        error_code error;
        if (must_wait)
            error = co_await wait(for_write);
        else if (line_->is_turn_over())
            co_await give_way();
        if (error) co_return std::make_tuple(error, std::size_t(0));
        const auto step = line_->step_tls(buffer);
        if (step.error != asio::error::would_block) co_return std::make_tuple(step.error, step.bytes);
        must_wait = true;
        for_write = step.waits_for_write;
    }
}

bool Transport::has_spoken() {
    if (!line_->socket.is_open()) return true;
    if (line_->tls) return line_->tls->peek().error != asio::error::would_block;
    char byte = 0;
    error_code error;
    line_->socket.receive(asio::buffer(&byte, 1), Socket::message_peek, error);
    return error != asio::error::would_block;
}

bool Transport::is_quiet() {
    return !has_spoken() && !(line_->tls && line_->tls->has_pending());
}

void Transport::shutdown() {
    if (!line_->socket.is_open()) return;
    if (line_->tls) line_->tls->say_goodbye();
    error_code ignored;  // the other end may be gone
    line_->socket.shutdown(Socket::shutdown_send, ignored);
}

void Transport::cancel() {
    error_code ignored;  // a closed socket has nothing that waits
    line_->socket.cancel(ignored);
}

void Transport::close() {
    line_->close();
}

asio::any_io_executor Transport::get_executor() const {
    return line_->socket.get_executor();
}

}  // namespace net
