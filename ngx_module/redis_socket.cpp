#include "ngx_module/redis_socket.hpp"

namespace edge {
namespace {

// nginx logs each failed connect and recv by itself; a Redis that is down would flood the log. Our owner
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

std::size_t consumed(const ngx_buf_t& buffer) {
    return static_cast<std::size_t>(buffer.pos - buffer.start);
}

}  // namespace

void RedisSocket::connect(ngx_addr_t& address) {
    log_ = quiet(*ngx_cycle->log);
    ngx_peer_connection_t peer{};
    peer.sockaddr = address.sockaddr;
    peer.socklen = address.socklen;
    peer.name = &address.name;
    peer.get = ngx_event_get_peer;
    peer.log = &log_;
    peer.log_error = NGX_ERROR_ERR;
    peer.so_keepalive = 1;

    const ngx_int_t rc = ngx_event_connect_peer(&peer);
    if (rc != NGX_OK && rc != NGX_AGAIN) return owner_.on_broken("connecting failed", ngx_socket_errno);

    connection_ = peer.connection;
    connected_ = false;
    connection_->data = this;
    // Both, at once: worker_shutdown_timeout calls the read handler of every connection.
    connection_->read->handler = on_read_event;
    connection_->write->handler = on_write_event;
    if (rc == NGX_OK) finish_connecting();
}

void RedisSocket::close() {
    if (!connection_) return;
    ngx_close_connection(connection_);
    connection_ = nullptr;
}

std::optional<std::size_t> RedisSocket::send(std::span<const std::string_view> pieces) {
    ngx_chain_t* const chain = chain_of(pieces);
    if (connection_->send_chain(connection_, chain, 0) == NGX_CHAIN_ERROR) return std::nullopt;
    if (ngx_handle_write_event(connection_->write, 0) != NGX_OK) return std::nullopt;
    std::size_t size = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) size += consumed(buffers_[i]);
    return size;
}

ngx_chain_t* RedisSocket::chain_of(std::span<const std::string_view> pieces) {
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const ngx_str_t text = as_ngx_str(pieces[i]);
        ngx_buf_t& buffer = buffers_[i];
        buffer = {};
        buffer.start = buffer.pos = text.data;
        buffer.end = buffer.last = text.data + text.len;
        buffer.memory = 1;
        links_[i] = {&buffer, i + 1 < pieces.size() ? &links_[i + 1] : nullptr};
    }
    return &links_[0];
}

bool RedisSocket::finish_connecting() {
    if (connected_) return true;
    if (const ngx_err_t error = pending_error(connection_->fd)) {
        owner_.on_broken("connecting failed", error);
        return false;
    }
    (void)ngx_tcp_nodelay(connection_);
    connected_ = true;
    owner_.on_connected();
    return connection_ != nullptr;
}

void RedisSocket::read_all() {
    static char buffer[16 * 1024];
    while (connection_) {
        const ssize_t size = connection_->recv(connection_, reinterpret_cast<u_char*>(buffer), sizeof buffer);
        if (size == NGX_AGAIN) break;
        if (size == 0) return owner_.on_broken("Redis closed the connection", 0);
        if (size < 0) return owner_.on_broken("reading failed", ngx_socket_errno);
        owner_.on_bytes({buffer, static_cast<std::size_t>(size)});
    }
    if (connection_ && ngx_handle_read_event(connection_->read, 0) != NGX_OK)
        owner_.on_broken("waiting for bytes failed", 0);
}

void RedisSocket::on_read_event(ngx_event_t* event) noexcept {
    auto* connection = static_cast<ngx_connection_t*>(event->data);
    auto* socket = static_cast<RedisSocket*>(connection->data);
    if (connection->close) return socket->owner_.on_worker_shutdown();
    if (socket->finish_connecting()) socket->read_all();
}

void RedisSocket::on_write_event(ngx_event_t* event) noexcept {
    auto* connection = static_cast<ngx_connection_t*>(event->data);
    auto* socket = static_cast<RedisSocket*>(connection->data);
    if (connection->close) return socket->owner_.on_worker_shutdown();
    if (socket->finish_connecting()) socket->owner_.on_writable();
}

}  // namespace edge
