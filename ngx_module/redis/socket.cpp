#include "ngx_module/redis/socket.hpp"

#include <algorithm>
#include <utility>

namespace edge::redis {
namespace {

// nginx writes a line for each connect and recv that fails; a Redis that is down would fill the log. The link
// logs them instead, once a second at most.
ngx_log_t quiet(const ngx_log_t& log) {
    ngx_log_t copy = log;
    if (copy.log_level <= NGX_LOG_DEBUG) copy.log_level = ngx_min(copy.log_level, NGX_LOG_ALERT);
    return copy;
}

ngx_err_t pending_error(ngx_socket_t socket) {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == -1) error = ngx_socket_errno;
    return error;
}

Socket& socket_of(const ngx_connection_t* connection) {
    return *static_cast<Socket*>(connection->data);
}

}  // namespace

void Socket::connect(Address& address, std::string_view name, const TlsPeer& tls_peer) {
    log_ = quiet(*ngx_cycle->log);
    name_ = as_ngx_str(name);
    ngx_peer_connection_t peer{};
    peer.sockaddr = &address.sockaddr.sockaddr;
    peer.socklen = address.size;
    peer.name = &name_;
    peer.get = ngx_event_get_peer;
    peer.log = &log_;
    peer.log_error = NGX_ERROR_ERR;
    peer.so_keepalive = 1;

    ngx_set_socket_errno(0);
    const ngx_int_t rc = ngx_event_connect_peer(&peer);
    if (rc != NGX_OK && rc != NGX_AGAIN && ngx_socket_errno == 0)
        return owner_.on_broken("no connection is free: raise worker_connections", 0);
    if (rc != NGX_OK && rc != NGX_AGAIN) return owner_.on_broken("connecting failed", ngx_socket_errno);

    connection_ = peer.connection;
    connection_->data = this;
    state_ = State::connecting;
    tls_peer_ = &tls_peer;
    watch();  // before anything else: worker_shutdown_timeout calls the read handler of every connection
    if (rc == NGX_OK) advance();
}

void Socket::watch() {
    connection_->read->handler = on_read_event;
    connection_->write->handler = on_write_event;
}

void Socket::close() {
    if (!connection_) return;
    ngx_connection_t* const connection = std::exchange(connection_, nullptr);
    ngx_pool_t* const pool = connection->pool;
    close_tls(*connection);
    ngx_close_connection(connection);
    if (pool) ngx_destroy_pool(pool);
}

bool Socket::advance() {
    if (state_ == State::connecting)
        finish_connecting();
    else if (state_ == State::tls_handshake)
        continue_tls();
    return connection_ && state_ == State::open;
}

void Socket::finish_connecting() {
    if (const ngx_err_t error = pending_error(connection_->fd))
        return owner_.on_broken("connecting failed", error);
    (void)ngx_tcp_nodelay(connection_);
    if (tls_peer_->tls) return start_tls();
    state_ = State::open;
    owner_.on_connected();
}

void Socket::start_tls() {
    state_ = State::tls_handshake;
    connection_->pool = ngx_create_pool(ngx_pagesize, &log_);
    if (!connection_->pool || !prepare_tls(*connection_, *tls_peer_))
        return owner_.on_broken("TLS cannot be started", 0);
    continue_tls();
}

void Socket::continue_tls() {
    const ngx_int_t rc = handshake_tls(*connection_);
    watch();  // the handshake has handlers of its own, which would not notice a worker that has to leave
    if (rc != NGX_AGAIN) finish_tls();
}

void Socket::finish_tls() {
    if (const auto problem = tls_problem(*connection_, *tls_peer_)) return owner_.on_broken(*problem, 0);
    state_ = State::open;
    owner_.on_connected();
    // Redis's first bytes may have come in one packet with the end of the handshake. They are read already
    // and raise no event, so raise it ourselves.
    if (connection_ && connection_->read->ready) {
        ngx_post_event(connection_->read, &ngx_posted_events);
    }
}

std::optional<std::size_t> Socket::send(std::span<const std::string_view> pieces) {
    const auto sent = tls_peer_->tls ? send_tls(pieces) : send_plain(pieces);
    if (!sent || ngx_handle_write_event(connection_->write, 0) != NGX_OK) return std::nullopt;
    return sent;
}

std::optional<std::size_t> Socket::send_plain(std::span<const std::string_view> pieces) {
    iovec parts[max_pieces];
    ngx_iovec_t all{.iovs = parts, .count = 0, .size = 0, .nalloc = max_pieces};
    for (const auto piece : pieces) {
        parts[all.count++] = {const_cast<char*>(piece.data()), piece.size()};
        all.size += piece.size();
    }
    const ssize_t rc = ngx_writev(connection_, &all);
    if (rc == NGX_ERROR) return std::nullopt;
    const std::size_t sent = rc > 0 ? static_cast<std::size_t>(rc) : 0;
    if (sent < all.size) connection_->write->ready = 0;
    return sent;
}

std::optional<std::size_t> Socket::send_tls(std::span<const std::string_view> pieces) {
    // nginx copies them into records of 16 KB.
    constexpr std::size_t at_once = 64;
    ngx_buf_t buffers[at_once];
    ngx_chain_t links[at_once];
    std::size_t sent = 0;
    while (!pieces.empty() && connection_->write->ready) {
        const auto count = std::min(pieces.size(), at_once);
        for (std::size_t i = 0; i < count; ++i) {
            const ngx_str_t text = as_ngx_str(pieces[i]);
            buffers[i] = {};
            buffers[i].start = buffers[i].pos = text.data;
            buffers[i].end = buffers[i].last = text.data + text.len;
            buffers[i].memory = 1;
            buffers[i].flush = i + 1 == pieces.size();
            links[i] = {&buffers[i], i + 1 < count ? &links[i + 1] : nullptr};
        }
        if (connection_->send_chain(connection_, links, 0) == NGX_CHAIN_ERROR) return std::nullopt;
        for (std::size_t i = 0; i < count; ++i)
            sent += static_cast<std::size_t>(buffers[i].pos - buffers[i].start);
        pieces = pieces.subspan(count);
    }
    return sent;
}

bool Socket::send_buffered() {
    if (!connection_->buffered) return true;
    return connection_->send_chain(connection_, nullptr, 0) != NGX_CHAIN_ERROR &&
           ngx_handle_write_event(connection_->write, 0) == NGX_OK;
}

void Socket::read_all() {
    static char buffer[16 * 1024];
    while (connection_ && connection_->read->ready) {
        const ssize_t size = connection_->recv(connection_, reinterpret_cast<u_char*>(buffer), sizeof buffer);
        if (size == NGX_AGAIN) break;
        if (size <= 0) return owner_.on_closed(size < 0 ? ngx_socket_errno : 0);
        owner_.on_bytes({buffer, static_cast<std::size_t>(size)});
    }
    if (connection_ && ngx_handle_read_event(connection_->read, 0) != NGX_OK)
        owner_.on_broken("waiting for bytes failed", 0);
}

void Socket::on_read_event(ngx_event_t* event) noexcept {
    auto* connection = static_cast<ngx_connection_t*>(event->data);
    Socket& socket = socket_of(connection);
    if (connection->close) return socket.owner_.on_worker_shutdown();
    if (socket.advance()) socket.read_all();
}

void Socket::on_write_event(ngx_event_t* event) noexcept {
    auto* connection = static_cast<ngx_connection_t*>(event->data);
    Socket& socket = socket_of(connection);
    if (connection->close) return socket.owner_.on_worker_shutdown();
    if (!socket.advance()) return;
    if (!socket.send_buffered()) return socket.owner_.on_closed(ngx_socket_errno);
    socket.owner_.on_writable();
}

}  // namespace edge::redis
