#pragma once

#include <cstdint>
#include <vector>

namespace harness {

// Listens at 127.0.0.1:port(), accepts nobody, and its queue is full: who connects gets no answer.
class FullServer {
public:
    FullServer();
    FullServer(const FullServer&) = delete;
    FullServer& operator=(const FullServer&) = delete;
    ~FullServer();

    std::uint16_t port() const { return port_; }

private:
    int open_socket();
    bool connects();

    std::uint16_t port_ = 0;
    std::vector<int> sockets_;
};

}  // namespace harness
