#include "http/server_connection.hpp"

#include <array>
#include <stdexcept>
#include <string>

#include <spdlog/spdlog.h>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/status.hpp>

#include "http/wire.hpp"

namespace http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using beast::http::status;
using boost::system::error_code;

constexpr std::chrono::seconds write_timeout{30};
constexpr std::chrono::seconds drain_timeout{1};

net::Transport::Time in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

Response refusal(status code, unsigned version) {
    Response response(code, version);
    response.set(Field::content_type, "text/plain");
    response.body() = std::string(beast::http::obsolete_reason(code)) + "\n";
    response.keep_alive(false);
    return response;
}

// Which answer unreadable bytes deserve; none when the peer is gone or too slow.
std::optional<Response> refusal_of(const error_code& error) {
    constexpr unsigned version = 11;
    if (error == beast::http::error::body_limit) return refusal(status::payload_too_large, version);
    if (error == beast::http::error::header_limit)
        return refusal(status::request_header_fields_too_large, version);
    if (error == beast::http::error::end_of_stream || error == beast::http::error::partial_message) return {};
    if (error.category() == make_error_code(beast::http::error::bad_method).category())
        return refusal(status::bad_request, version);
    return std::nullopt;
}

std::string to_bytes(Response& response, Verb method) {
    response.prepare_payload();
    return method == Verb::head ? header_to_bytes(response) : http::to_bytes(response);
}

}  // namespace

asio::awaitable<void> ServerConnection::serve() {
    if (options_.tls) {
        transport_.set_deadline(in(options_.read_timeout));
        const error_code error = co_await transport_.shake_hands_with_client(*options_.tls);
        if (error) co_return;
    }
    co_await serve_requests();
    co_await drain();
}

void ServerConnection::finish() {
    is_finishing_ = true;
    if (phase_ == Phase::reading) transport_.cancel();
}

void ServerConnection::close() {
    is_closed_ = true;
    transport_.close();
}

asio::awaitable<void> ServerConnection::serve_requests() {
    for (bool goes_on = true; goes_on && !is_finishing_;) goes_on = co_await serve_request();
}

// False when the connection is to be closed.
asio::awaitable<bool> ServerConnection::serve_request() {
    phase_ = Phase::reading;
    waits_since_ = std::chrono::steady_clock::now();
    transport_.set_deadline(in(options_.read_timeout));
    Reader reader(buffer_, {options_.max_header_size, options_.max_body_size});
    const error_code unreadable = co_await read_request(reader);
    phase_ = Phase::answering;
    const auto method = reader.message().method();  // also of a request that is not whole
    auto response = co_await respond(reader, unreadable);
    if (!response) co_return false;
    if (is_finishing_) response->keep_alive(false);
    const auto bytes = to_bytes(*response, method);
    const error_code unwritable = co_await send(bytes);
    has_answered_ = true;
    // Requests that came together are not answered in one go: all else gets its turn in between.
    co_await asio::post(transport_.get_executor(), asio::use_awaitable);
    co_return !unwritable && response->keep_alive();
}

// Until the request is whole, within one deadline.
asio::awaitable<error_code> ServerConnection::read_request(Reader& reader) {
    error_code error = co_await read_message(transport_, buffer_, reader, Part::header);
    if (error) co_return error;
    if (beast::iequals(reader.message()[Field::expect], "100-continue"))
        error = co_await transport_.write_all("HTTP/1.1 100 Continue\r\n\r\n");
    if (!error) error = co_await read_message(transport_, buffer_, reader, Part::whole);
    co_return error;
}

asio::awaitable<std::optional<Response>> ServerConnection::respond(Reader& reader, ErrorCode unreadable) {
    if (unreadable) {
        note_unreadable(reader, unreadable);
        co_return refuse(reader, unreadable);
    }
    transport_.set_deadline(net::Transport::Time::max());
    auto request = reader.release();
    if (const auto name = options_.peer_field; !name.empty())
        request.set(beast::string_view(name.data(), name.size()), peer_address_);
    auto response = co_await handle(std::move(request));
    co_return response;
}

std::optional<Response> ServerConnection::refuse(const Reader& reader, const error_code& unreadable) const {
    auto plain = refusal_of(unreadable);
    if (!plain || !options_.refuse) return plain;
    auto own = options_.refuse(reader.message(), plain->result_int());
    if (!own) return plain;
    own->version(plain->version());
    own->keep_alive(false);
    return own;
}

// A kept connection on which nothing comes any more is no trouble.
void ServerConnection::note_unreadable(const Reader& reader, const error_code& error) {
    const bool is_expected = has_answered_ && !reader.has_begun();
    if (error == asio::error::timed_out && !is_expected) ++counts_.late;
    if (refusal_of(error)) ++counts_.malformed;
}

asio::awaitable<std::optional<Response>> ServerConnection::handle(Request request) {
    const auto version = request.version();
    const bool keep_alive = request.keep_alive();
    std::string problem;
    try {
        std::optional<Response> response;
        if (options_.streaming.takes && options_.streaming.takes(request))
            response = co_await options_.streaming.answer(std::move(request), *this);
        else
            response = co_await handler_(std::move(request));
        if (response) {
            response->version(version);
            response->keep_alive(keep_alive && response->keep_alive());
        }
        co_return response;
    } catch (const std::exception& error) {
        problem = error.what();
    }
    ++counts_.exceptions;
    spdlog::error("HTTP: handling a request failed, it is answered 500: {}", problem);
    co_return refusal(status::internal_server_error, version);
}

asio::awaitable<error_code> ServerConnection::send(std::string_view bytes) {
    transport_.set_deadline(in(write_timeout));
    return transport_.write_all(bytes);
}

asio::awaitable<bool> ServerConnection::begin(Response head) {
    head.keep_alive(false);
    auto bytes = header_to_bytes(head);
    const bool is_sent = co_await write(std::move(bytes));
    co_return is_sent;
}

asio::awaitable<bool> ServerConnection::write(std::string bytes) {
    const error_code unwritable = co_await send(bytes);
    transport_.set_deadline(net::Transport::Time::max());
    co_return !unwritable;
}

// Lets the peer read the answer to a request that we did not read to its end: closing with unread bytes
// resets the connection.
asio::awaitable<void> ServerConnection::drain() {
    phase_ = Phase::closing;
    transport_.shutdown();
    transport_.set_deadline(in(drain_timeout));
    std::array<char, 4096> unread;
    error_code error;
    while (!error) {
        const auto [read_error, size] = co_await transport_.read_some(asio::buffer(unread));
        error = read_error;
    }
}

}  // namespace http
