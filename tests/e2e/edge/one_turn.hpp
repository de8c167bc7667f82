// Requests that nginx finds in one turn of its event loop.
#pragma once

#include <sys/types.h>
#include <csignal>
#include <cstddef>
#include <string>
#include <vector>

#include "e2e/harness/folder.hpp"
#include "e2e/harness/http_client.hpp"
#include "e2e/harness/nginx.hpp"
#include "e2e/harness/wait.hpp"

namespace e2e {

// A process that stands still.
class Stopped {
public:
    explicit Stopped(pid_t process) : process_(process) {
        ::kill(process_, SIGSTOP);
        const auto stat = "/proc/" + std::to_string(process_) + "/stat";
        harness::wait_until([&] { return harness::read_file(stat).find(") T ") != std::string::npos; },
                            "the process should stand still");
    }
    Stopped(const Stopped&) = delete;
    Stopped& operator=(const Stopped&) = delete;
    ~Stopped() { ::kill(process_, SIGCONT); }

private:
    pid_t process_;
};

// Connections that nginx has accepted: it has answered a GET of `target` on each.
inline std::vector<harness::HttpClient> connect(const harness::Nginx& nginx, std::size_t count,
                                                const std::string& target) {
    std::vector<harness::HttpClient> clients;
    for (std::size_t i = 0; i < count; ++i) {
        clients.emplace_back(nginx.port());
        clients.back().send({.method = "GET", .target = target, .headers = {}, .body = {}});
    }
    for (auto& client : clients) client.receive();
    return clients;
}

// One request a connection; the only worker finds all of them at once, in this order.
inline void send_in_one_turn(const harness::Nginx& nginx, std::vector<harness::HttpClient>& clients,
                             const std::vector<harness::HttpRequest>& requests) {
    const Stopped worker(nginx.workers().front());
    for (std::size_t i = 0; i < requests.size(); ++i) {
        clients[i].send(requests[i]);
        harness::wait_until([&] { return clients[i].delivered(); }, "the delivery should reach nginx");
    }
}

}  // namespace e2e
