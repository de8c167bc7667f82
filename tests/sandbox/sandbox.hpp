// A local Calendly, a local Brevo and the control API, on three listeners of one process.
#pragma once

#include <filesystem>

#include <boost/asio/io_context.hpp>

#include "http/server.hpp"
#include "sandbox/world.hpp"

namespace sandbox {

struct Options {
    asio::ip::tcp::endpoint calendly{asio::ip::address_v4::loopback(), 0};  // port 0: a free one
    asio::ip::tcp::endpoint brevo{asio::ip::address_v4::loopback(), 0};
    asio::ip::tcp::endpoint control{asio::ip::address_v4::loopback(), 0};
    std::filesystem::path tls_directory;  // not empty: both APIs over TLS, the CA is <tls_directory>/ca.pem
    WorldOptions world;
};

struct Addresses {
    std::string calendly;  // http://127.0.0.1:1234
    std::string brevo;     // http://127.0.0.1:1235/v3
    std::string control;   // http://127.0.0.1:1236
};

class Sandbox {
public:
    // Listens and serves as soon as `io` runs, on one thread. Throws when an address cannot be had.
    Sandbox(asio::io_context& io, const Options& options);

    Addresses addresses() const;
    World& world() { return *world_; }

    // Answers what is in progress, abandons deliveries that wait for a retry.
    asio::awaitable<void> stop();

private:
    std::shared_ptr<World> world_;  // shared with what still runs on `io`
    bool secure_;
    std::optional<asio::ssl::context> tls_;
    std::optional<http::Server> calendly_;
    std::optional<http::Server> brevo_;
    std::optional<http::Server> control_;
};

}  // namespace sandbox
