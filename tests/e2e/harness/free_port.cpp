#include "e2e/harness/free_port.hpp"

#include <cstring>
#include <random>
#include <stdexcept>
#include <string>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "e2e/harness/loopback.hpp"

namespace harness {
namespace {

constexpr std::uint16_t first_port = 20'000, port_count = 10'000;

// An abstract unix socket as a lock: gone with its process, leaves no file.
bool lock(std::uint16_t port) {
    const std::string name = "calendly-brevo-test-port-" + std::to_string(port);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name.data(), name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0) return true;
    ::close(socket);
    return false;
}

bool is_free(std::uint16_t port) {
    const sockaddr_in address = loopback(port);
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                       ::listen(socket, 1) == 0;
    ::close(socket);
    return bound;
}

}  // namespace

std::uint16_t free_port() {
    static std::mt19937 random(std::random_device{}());
    for (int attempt = 0; attempt < 1000; ++attempt) {
        const auto port = static_cast<std::uint16_t>(first_port + random() % port_count);
        if (is_free(port) && lock(port)) return port;
    }
    throw std::runtime_error("no free port");
}

}  // namespace harness
