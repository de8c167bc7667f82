#include "e2e/harness/full_server.hpp"

#include <stdexcept>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "e2e/harness/loopback.hpp"

namespace harness {

FullServer::FullServer() {
    const int listener = open_socket();
    auto address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 0) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("cannot listen");
    port_ = ntohs(address.sin_port);
    for (int clients = 0; connects(); ++clients)
        if (clients == 10) throw std::runtime_error("the queue does not get full");
}

FullServer::~FullServer() {
    for (const int socket : sockets_) ::close(socket);
}

int FullServer::open_socket() {
    sockets_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    return sockets_.back();
}

// On this machine a connection that is not there at once will not be.
bool FullServer::connects() {
    const int client = open_socket();
    const auto address = loopback(port_);
    ::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    pollfd connected{client, POLLOUT, 0};
    return ::poll(&connected, 1, 200) == 1;
}

}  // namespace harness
