#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ngx_module/ngx.hpp"
#include "ngx_module/redis/connection.hpp"
#include "ngx_module/redis/replication_set.hpp"

namespace edge::redis {

// A stream socket in nginx's event loop, with TLS or without: connects, reads, writes; knows nothing of
// Redis.
class Socket {
public:
    // What happened. The owner may close() the socket in each of these; he must not connect() in them.
    class Owner {
    public:
        virtual void on_connected() noexcept = 0;
        virtual void on_bytes(std::string_view bytes) noexcept = 0;
        virtual void on_writable() noexcept = 0;
        virtual void on_closed(ngx_err_t error) noexcept = 0;  // by the other end
        virtual void on_broken(std::string_view what, ngx_err_t error) noexcept = 0;
        virtual void on_worker_shutdown() noexcept = 0;  // worker_shutdown_timeout is over

    protected:
        ~Owner() = default;
    };

    static constexpr std::size_t max_pieces = Connection::max_pieces;

    explicit Socket(Owner& owner) : owner_(owner) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { close(); }

    // Ends in on_connected() or on_broken(), either of them possibly at once. `name` is for nginx's debug
    // log; `address`, `name` and `tls_peer` must live until close().
    void connect(Address& address, std::string_view name, const TlsPeer& tls_peer);
    void close();

    bool shaking_hands() const { return connection_ && state_ == State::tls_handshake; }
    bool writable() const { return connection_ && state_ == State::open && connection_->write->ready; }

    // Sends what the kernel takes now of at most max_pieces pieces: without TLS in one system call and
    // without copying them. Returns the number of bytes taken; nothing when the connection broke
    // (on_broken() is not called).
    std::optional<std::size_t> send(std::span<const std::string_view> pieces);

private:
    enum class State { connecting, tls_handshake, open };

    static void on_read_event(ngx_event_t* event) noexcept;
    static void on_write_event(ngx_event_t* event) noexcept;
    void watch();
    bool advance();  // true once it is open
    void finish_connecting();
    void start_tls();
    void continue_tls();
    void finish_tls();
    void read_all();
    std::optional<std::size_t> send_plain(std::span<const std::string_view> pieces);
    std::optional<std::size_t> send_tls(std::span<const std::string_view> pieces);
    bool send_buffered();  // what TLS has taken and not sent yet

    Owner& owner_;
    const TlsPeer* tls_peer_ = nullptr;
    ngx_connection_t* connection_ = nullptr;
    State state_ = State::connecting;  // of a connection_
    ngx_str_t name_{};
    ngx_log_t log_{};
};

}  // namespace edge::redis
