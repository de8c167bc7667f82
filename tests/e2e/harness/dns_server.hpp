#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace harness {

// A name server for nginx's `resolver`, at 127.0.0.1:port(), UDP. It says the same about every name. Each
// change is in force when the call returns.
class DnsServer {
public:
    explicit DnsServer(std::vector<std::string> addresses);  // of version 4 or 6
    ~DnsServer();

    std::uint16_t port() const;

    void answer(std::vector<std::string> addresses);
    void deny();  // NXDOMAIN
    void be_silent();

    std::size_t questions() const;  // how many came

private:
    class Server;
    std::unique_ptr<Server> server_;
};

}  // namespace harness
