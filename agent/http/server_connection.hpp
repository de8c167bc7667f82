// One connection of the HTTP server.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "http/message_reader.hpp"
#include "http/server.hpp"
#include "net/transport.hpp"

namespace http {

class ServerConnection final : Stream {
public:
    // All must live as long as serve() runs.
    ServerConnection(net::Transport& transport, const ServerOptions& options, const Server::Handler& handler,
                     ServerCounts& counts, std::string peer_address = {})
        : transport_(transport),
          options_(options),
          handler_(handler),
          counts_(counts),
          peer_address_(std::move(peer_address)) {}

    // Answers requests until one side has had enough, and lets the peer read the last answer.
    boost::asio::awaitable<void> serve();

    // At once when no request is being handled or answered, else after its answer.
    void finish();
    void close();

    bool is_closed() const noexcept { return is_closed_; }
    // Whether nothing is lost when it is closed: it has no whole request, or its answer has been sent.
    bool may_give_way() const noexcept { return phase_ != Phase::answering; }
    std::chrono::steady_clock::time_point waits_since() const noexcept { return waits_since_; }

private:
    enum class Phase {
        reading,    // a request, or its beginning is waited for
        answering,  // it is handled, and what comes of it is sent
        closing     // the peer may read the last answer
    };
    using Reader = MessageReader<true>;
    using ErrorCode = boost::system::error_code;

    boost::asio::awaitable<void> serve_requests();
    boost::asio::awaitable<bool> serve_request();
    boost::asio::awaitable<ErrorCode> read_request(Reader& reader);
    boost::asio::awaitable<std::optional<Response>> respond(Reader& reader, ErrorCode unreadable);
    void note_unreadable(const Reader& reader, const ErrorCode& error);
    boost::asio::awaitable<std::optional<Response>> handle(Request request);
    std::optional<Response> refuse(const Reader& reader, const ErrorCode& unreadable) const;
    boost::asio::awaitable<ErrorCode> send(std::string_view bytes);
    boost::asio::awaitable<bool> begin(Response head) override;
    boost::asio::awaitable<bool> write(std::string bytes) override;
    bool is_ending() const noexcept override { return is_finishing_ || is_closed_; }
    boost::asio::awaitable<void> drain();

    net::Transport& transport_;
    const ServerOptions& options_;
    const Server::Handler& handler_;
    ServerCounts& counts_;
    std::string peer_address_;
    boost::beast::flat_buffer buffer_;
    std::chrono::steady_clock::time_point waits_since_ = std::chrono::steady_clock::now();
    Phase phase_ = Phase::reading;
    bool has_answered_ = false;
    bool is_finishing_ = false;
    bool is_closed_ = false;
};

}  // namespace http
