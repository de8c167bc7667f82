// An answer that goes on: what happens is sent as it happens, until one side has had enough.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "http/message.hpp"

namespace http {

class Stream {
public:
    virtual ~Stream() = default;

    // The head of the answer, whose body ends with the connection. False: the peer is gone or takes nothing.
    virtual boost::asio::awaitable<bool> begin(Response head) = 0;
    virtual boost::asio::awaitable<bool> write(std::string bytes) = 0;

    // The server stops: write no more.
    virtual bool is_ending() const noexcept = 0;
};

// Which requests are answered so, and how. An answer that is given back is sent whole; nothing: it was sent,
// and the connection is closed. Such a connection gives its place to nobody: limit how many there are.
struct Streaming {
    std::function<bool(const Request&)> takes{};
    std::function<boost::asio::awaitable<std::optional<Response>>(Request, Stream&)> answer{};
};

}  // namespace http
