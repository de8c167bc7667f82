#include "bench/agent/server_connection.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>

#include <sys/socket.h>
#include <unistd.h>

namespace bench {
namespace {

constexpr std::string_view end_of_head = "\r\n\r\n";

std::size_t content_length(std::string_view head) {
    constexpr std::string_view name = "\r\nContent-Length: ";
    const auto found = head.find(name);
    if (found == head.npos) {
        if (head.find("\r\nTransfer-Encoding") != head.npos)
            throw std::runtime_error(
                "the agent sends a body in chunks, which the stub of the APIs cannot read");
        return 0;
    }
    std::size_t length = 0;
    std::from_chars(head.data() + found + name.size(), head.data() + head.size(), length);
    return length;
}

// Up to the next blank, which goes as well.
std::string_view take_word(std::string_view& line) {
    const auto word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(word.size() + 1, line.size()));
    return word;
}

}  // namespace

std::optional<std::string_view> first_request(std::string_view bytes) {
    const auto end = bytes.find(end_of_head);
    if (end == bytes.npos) return std::nullopt;
    const auto size = end + end_of_head.size() + content_length(bytes.substr(0, end));
    if (bytes.size() < size) return std::nullopt;
    return bytes.substr(0, size);
}

HttpRequest parse_request(std::string_view whole) {
    HttpRequest request;
    request.body = whole.substr(whole.find(end_of_head) + end_of_head.size());
    auto line = whole.substr(0, whole.find("\r\n"));
    request.method = take_word(line);
    request.target = take_word(line);
    return request;
}

ServerConnection::ServerConnection(int socket, SSL_CTX* tls) : socket_(socket) {
    if (!tls) return;
    tls_.reset(::SSL_new(tls));
    if (!tls_ || !::SSL_set_fd(tls_.get(), socket)) throw std::runtime_error("OpenSSL gives no connection");
    ::SSL_set_accept_state(tls_.get());
}

ServerConnection::~ServerConnection() {
    tls_.reset();
    ::close(socket_);
}

int ServerConnection::outcome(int result) const {
    if (result > 0) return result;
    if (!tls_) return result < 0 && errno == EAGAIN ? 0 : -1;
    const int error = ::SSL_get_error(tls_.get(), result);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

int ServerConnection::read_some(char* to, int room) {
    if (tls_) return outcome(::SSL_read(tls_.get(), to, room));
    return outcome(static_cast<int>(::recv(socket_, to, static_cast<std::size_t>(room), 0)));
}

int ServerConnection::write_some() {
    if (tls_) return outcome(::SSL_write(tls_.get(), unsent_.data(), static_cast<int>(unsent_.size())));
    return outcome(static_cast<int>(::send(socket_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL)));
}

// A read that fills no more than a part has emptied the socket: what comes now, epoll tells.
bool ServerConnection::receive() {
    std::array<char, 16 * 1024> buffer;
    while (true) {
        const int size = read_some(buffer.data(), buffer.size());
        if (size < 0) return false;
        received_.append(buffer.data(), static_cast<std::size_t>(size));
        const bool is_all = tls_ ? !::SSL_has_pending(tls_.get()) : size < static_cast<int>(buffer.size());
        if (size == 0 || is_all) return true;
    }
}

bool ServerConnection::send() {
    while (!unsent_.empty()) {
        const int size = write_some();
        if (size < 0) return false;
        is_waiting_to_send_ = size == 0;
        if (is_waiting_to_send_) return true;
        unsent_.erase(0, static_cast<std::size_t>(size));
    }
    is_waiting_to_send_ = false;
    return true;
}

}  // namespace bench
