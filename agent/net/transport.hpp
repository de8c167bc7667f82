// A connected socket, plain or with TLS.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace net {

class Transport {
public:
    using Plain = boost::asio::generic::stream_protocol::socket;
    using Tls = boost::asio::ssl::stream<Plain>;
    using ErrorCode = boost::system::error_code;

    explicit Transport(Plain socket) : stream_(std::move(socket)) {}
    explicit Transport(Tls stream) : stream_(std::move(stream)) {}

    template <typename Token>
    auto async_read_some(boost::asio::mutable_buffer buffer, Token token) {
        return std::visit([&](auto& stream) { return stream.async_read_some(buffer, std::move(token)); },
                          stream_);
    }

    template <typename Token>
    auto async_write(boost::asio::const_buffer buffer, Token token) {
        return std::visit(
            [&](auto& stream) { return boost::asio::async_write(stream, buffer, std::move(token)); },
            stream_);
    }

    // How many bytes the system takes at once; none with TLS.
    std::size_t write_now(std::string_view bytes, ErrorCode& error) {
        auto* const socket = std::get_if<Plain>(&stream_);
        if (!socket) return 0;
        if (!socket->non_blocking()) socket->non_blocking(true, error);
        if (error) return 0;
        const auto sent = socket->write_some(boost::asio::buffer(bytes), error);
        if (error == boost::asio::error::would_block) error = {};
        return sent;
    }

    bool is_tls() const noexcept { return std::holds_alternative<Tls>(stream_); }

    Plain::executor_type get_executor() { return socket().get_executor(); }

    void close() {
        ErrorCode ignored;  // closing what is broken already is fine
        socket().close(ignored);
    }

private:
    Plain& socket() {
        auto* const tls = std::get_if<Tls>(&stream_);
        return tls ? tls->next_layer() : std::get<Plain>(stream_);
    }

    std::variant<Plain, Tls> stream_;
};

}  // namespace net
