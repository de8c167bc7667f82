#include "http/connection.hpp"

#include <algorithm>

#include <boost/asio/error.hpp>
#include <boost/beast/core/error.hpp>

#include "http/wire.hpp"
#include "net/address_race.hpp"
#include "net/resolve.hpp"

namespace http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{3};  // with an address that has been reached while others are left

namespace {

error_code late_or(error_code error, Connection::Deadline deadline) {
    return error && Clock::now() >= deadline ? make_error_code(beast::error::timeout) : error;
}

}  // namespace

error_code Connection::timely(error_code error) const {
    return error && transport_.is_late() ? make_error_code(beast::error::timeout) : error;
}

// An address that answers and then fails, or says nothing for a while, leaves the other ones.
asio::awaitable<error_code> Connection::connect(std::vector<net::Transport::Endpoint> addresses,
                                                const Url& url, ssl_ctx_st& tls, Deadline deadline) {
    net::AddressRace race(transport_.get_executor(), std::move(addresses));
    error_code failure = asio::error::host_not_found;
    while (!race.is_over() && Clock::now() < deadline) {
        auto reached = co_await race.next(deadline);
        // Of an address that failed more is known than of one that says nothing.
        if (reached.error) co_return failure != asio::error::host_not_found ? failure : reached.error;
        transport_ = std::move(*reached.transport);
        transport_.set_deadline(race.is_over() ? deadline : std::min(deadline, Clock::now() + patience));
        failure = {};
        if (url.tls) failure = co_await transport_.shake_hands_with_server(tls, url.host);
        if (!failure) break;
    }
    co_return failure;
}

asio::awaitable<error_code> Connection::open(Url url, ssl_ctx_st& tls, Deadline deadline) {
    const auto resolved = co_await net::resolve(url.host, url.port, deadline);
    if (!resolved) co_return late_or(resolved.error(), deadline);
    auto addresses = net::take_turns(*resolved);
    co_return co_await open_one_of(std::move(addresses), std::move(url), tls, deadline);
}

asio::awaitable<error_code> Connection::open_one_of(std::vector<net::Transport::Endpoint> addresses, Url url,
                                                    ssl_ctx_st& tls, Deadline deadline) {
    const error_code error = co_await connect(std::move(addresses), url, tls, deadline);
    co_return late_or(error, deadline);
}

// What cannot be read to its end closes the connection.
asio::awaitable<Result<Response>> Connection::read_response(std::size_t max_size, bool head_suffices) {
    MessageReader<false> reader(buffer_, {.body = max_size});
    const error_code error = co_await read_message(transport_, buffer_, reader, Part::whole);
    response_started_ = reader.has_begun();
    if (!error) co_return reader.release();
    if (!head_suffices || !reader.has_header()) co_return timely(error);
    auto response = reader.release();
    if (response.result_int() / 100 != 2) co_return timely(error);
    response.keep_alive(false);
    response.body() = "(broke off)";
    co_return response;
}

asio::awaitable<Result<Response>> Connection::exchange(Request& request, Deadline deadline,
                                                       std::size_t max_response_size, bool head_suffices) {
    response_started_ = false;
    if (std::chrono::steady_clock::now() >= deadline) co_return beast::error::timeout;
    transport_.set_deadline(deadline);
    unsent_ = to_bytes(request);
    error_code error;
    const auto sent = transport_.write_now(unsent_, error);
    if (!error && sent < unsent_.size())
        error = co_await transport_.write_all(std::string_view(unsent_).substr(sent));
    if (error) co_return timely(error);
    auto response = co_await read_response(max_response_size, head_suffices);
    transport_.set_deadline(Deadline::max());
    co_return response;
}

}  // namespace http
