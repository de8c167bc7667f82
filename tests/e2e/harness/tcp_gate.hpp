#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "e2e/harness/wait.hpp"

namespace harness {

// A TCP proxy inside the test that can spoil what passes: 127.0.0.1:port() -> a unix socket, or another
// port. Each change is in force when the call returns.
class TcpGate {
public:
    explicit TcpGate(const std::string& target_socket_path);
    explicit TcpGate(std::uint16_t target_port);
    ~TcpGate();

    std::uint16_t port() const;

    std::size_t connections() const;  // that are open

    void freeze();  // accepts, but nothing passes any more; nothing is lost
    void thaw();
    void cut();                                         // closes all connections
    void trickle(std::size_t bytes, Duration between);  // answers come in pieces of so many bytes
    void answer_with(std::string bytes);  // instead of the target's answers, from now on; empty: honest again

    // The next `times` answers that begin with `head` and come in one piece come twice.
    void repeat_answers(std::string head, unsigned times);

    // Whoever sends `text`, in one piece, loses on that connection this request and all that follow, or the
    // answers from then on; nobody notices, but for the silence.
    enum class Loss { requests, answers };
    void lose(Loss loss, std::string text);
    bool has_lost() const;  // any

private:
    class Server;
    std::unique_ptr<Server> server_;
};

}  // namespace harness
