#include "http/connection.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/parser.hpp>

#include "http/wire.hpp"
#include "net/resolve.hpp"

namespace http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

error_code Connection::timely(error_code error) const {
    return error && transport_.is_late() ? make_error_code(beast::error::timeout) : error;
}

asio::awaitable<error_code> Connection::connect(const Url& url, Deadline deadline) {
    const auto resolved = co_await net::resolve(url.host, url.port, deadline);
    if (!resolved) co_return resolved.error();
    transport_.set_deadline(deadline);
    error_code error = asio::error::host_not_found;
    for (const auto& entry : *resolved) {
        error = co_await transport_.connect(entry.endpoint());
        if (!error || transport_.is_late()) break;
    }
    co_return error;
}

asio::awaitable<error_code> Connection::open(Url url, ssl_ctx_st& tls, Deadline deadline) {
    error_code error = co_await connect(url, deadline);
    if (!error && url.tls) error = co_await transport_.shake_hands_with_server(tls, url.host);
    co_return timely(error);
}

asio::awaitable<Result<Response>> Connection::read_response(std::size_t max_size) {
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(max_size);
    const error_code error = co_await read_message<false>(transport_, buffer_, parser, Part::whole);
    response_started_ = response_started_ || parser.got_some();
    if (error) co_return timely(error);
    co_return parser.release();
}

asio::awaitable<Result<Response>> Connection::exchange(Request& request, Deadline deadline,
                                                       std::size_t max_response_size) {
    response_started_ = false;
    if (std::chrono::steady_clock::now() >= deadline) co_return beast::error::timeout;
    transport_.set_deadline(deadline);
    unsent_ = to_bytes(request);
    error_code error;
    const auto sent = transport_.write_now(unsent_, error);
    if (!error && sent < unsent_.size())
        error = co_await transport_.write_all(std::string_view(unsent_).substr(sent));
    if (error) co_return timely(error);
    auto response = co_await read_response(max_response_size);
    while (response && response->result_int() / 100 == 1)  // interim
        response = co_await read_response(max_response_size);
    transport_.set_deadline(Deadline::max());
    co_return response;
}

}  // namespace http
