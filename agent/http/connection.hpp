// One connection of the HTTP client. A call costs one write, one wait and one read.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "http/message.hpp"
#include "http/url.hpp"
#include "net/transport.hpp"

namespace http {

class Connection {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    explicit Connection(boost::asio::any_io_executor executor) : transport_(std::move(executor)) {}

    // Resolves, connects and shakes hands before `deadline`. `tls` (SSL_CTX) is for https:// URLs.
    boost::asio::awaitable<boost::system::error_code> open(Url url, ssl_ctx_st& tls, Deadline deadline);

    // Likewise, when the addresses of the URL's host are known. The error says what is known best: of an
    // address that answered and failed, else of the last one.
    boost::asio::awaitable<boost::system::error_code> open_one_of(
        std::vector<net::Transport::Endpoint> addresses, Url url, ssl_ctx_st& tls, Deadline deadline);

    // Writes the request and reads the response before `deadline`; beast::error::timeout when it is late.
    boost::asio::awaitable<Result<Response>> exchange(Request& request, Deadline deadline,
                                                      std::size_t max_response_size,
                                                      bool head_suffices = false);

    // Whether any byte of the last response arrived: if not, the server may never have seen the request.
    bool response_started() const noexcept { return response_started_; }

    // Whether a kept connection was left alone for no longer than `idle_timeout`.
    bool is_fresh(std::chrono::steady_clock::time_point now, std::chrono::seconds idle_timeout) const {
        return now - idle_since_ <= idle_timeout;
    }
    // Whether the peer has closed it or said something that nobody asked for: that would be taken for the
    // answer to the next call. What comes after this look, or while the next request is on its way, cannot be
    // told from an answer.
    bool has_spoken() { return buffer_.size() > 0 || transport_.has_spoken(); }
    // Likewise for a kept one, on which not even a part of something may have come.
    bool is_quiet() { return buffer_.size() == 0 && transport_.is_quiet(); }

    void mark_idle(std::chrono::steady_clock::time_point now) noexcept { idle_since_ = now; }
    bool has_leftover_bytes() const noexcept { return buffer_.size() > 0; }

private:
    boost::asio::awaitable<boost::system::error_code> connect(std::vector<net::Transport::Endpoint> addresses,
                                                              const Url& url, ssl_ctx_st& tls,
                                                              Deadline deadline);
    boost::asio::awaitable<Result<Response>> read_response(std::size_t max_size, bool head_suffices);
    boost::system::error_code timely(boost::system::error_code error) const;

    net::Transport transport_;
    std::string unsent_;
    boost::beast::flat_buffer buffer_;
    std::chrono::steady_clock::time_point idle_since_;
    bool response_started_ = false;
};

}  // namespace http
