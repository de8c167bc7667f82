#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "ngx_module/ngx.hpp"

namespace edge {

// A stream socket in nginx's event loop: connects, reads, writes; knows nothing of Redis.
class RedisSocket {
public:
    // What happened, told to the owner, who may close() the socket in each of them but opens it later.
    class Owner {
    public:
        virtual void on_connected() noexcept = 0;
        virtual void on_bytes(std::string_view bytes) noexcept = 0;
        virtual void on_writable() noexcept = 0;
        virtual void on_broken(std::string_view what, ngx_err_t error) noexcept = 0;
        virtual void on_worker_shutdown() noexcept = 0;  // worker_shutdown_timeout is over

    protected:
        ~Owner() = default;
    };

    // As many pieces as one writev of nginx takes.
    static constexpr std::size_t max_pieces = 64;

    explicit RedisSocket(Owner& owner) : owner_(owner) {}
    RedisSocket(const RedisSocket&) = delete;
    RedisSocket& operator=(const RedisSocket&) = delete;
    ~RedisSocket() { close(); }

    // Ends in on_connected() or on_broken(), either of them possibly at once.
    void connect(ngx_addr_t& address);
    void close();

    bool writable() const { return connection_ && connected_ && connection_->write->ready; }

    // Sends what the kernel takes now of at most max_pieces pieces, without copying them. Returns the number
    // of bytes taken; nothing when the connection broke (on_broken() is not called).
    std::optional<std::size_t> send(std::span<const std::string_view> pieces);

private:
    static void on_read_event(ngx_event_t* event) noexcept;
    static void on_write_event(ngx_event_t* event) noexcept;
    bool finish_connecting();
    void read_all();
    ngx_chain_t* chain_of(std::span<const std::string_view> pieces);

    Owner& owner_;
    ngx_connection_t* connection_ = nullptr;
    bool connected_ = false;
    ngx_log_t log_{};
    ngx_buf_t buffers_[max_pieces]{};
    ngx_chain_t links_[max_pieces]{};
};

}  // namespace edge
