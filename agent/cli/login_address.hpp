// The address that the browser was sent to after a login: pasted, taken by a listener of this command, or
// brought by a running agent.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "http/message.hpp"
#include "net/event.hpp"
#include "net/interruption.hpp"

namespace http {
class Server;
}
namespace redis {
class LoginDesk;
}

namespace cli {

// Where a browser on this machine is sent to: "http://localhost:8976/callback".
struct LoopbackAddress {
    std::string host;  // "localhost", "127.0.0.1", "::1"
    std::uint16_t port = 0;
    std::string path;  // "/callback"
};

// Nothing for an address that a browser elsewhere reaches as well.
std::optional<LoopbackAddress> parse_loopback(const std::string& redirect_uri);

class LoginAddress {
public:
    explicit LoginAddress(net::Interruption& interruption);
    ~LoginAddress();
    LoginAddress(const LoginAddress&) = delete;
    LoginAddress& operator=(const LoginAddress&) = delete;

    // From now on, what is pasted on standard input counts; its end does not matter.
    void read_input();
    // Throws std::runtime_error when the address cannot be had.
    void listen(const LoopbackAddress& address);

    // The first address that comes, or its query. `desk` may be null: no agent is asked. Nothing when none
    // came within redis::login_lasts. Throws net::Interrupted.
    boost::asio::awaitable<std::optional<std::string>> wait(redis::LoginDesk* desk, std::string state);

private:
    boost::asio::awaitable<std::optional<http::Response>> answer(http::Request request);
    void await_input();
    void take_input();
    void take(std::string address);

    net::Interruption& interruption_;
    net::Event arrived_;
    std::optional<std::string> address_;
    std::optional<boost::asio::posix::stream_descriptor> input_;
    std::string typed_;
    std::string path_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace cli
