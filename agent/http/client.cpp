#include "http/client.hpp"

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/field.hpp>

#include "http/connection.hpp"
#include "http/error.hpp"

namespace http {
namespace {

namespace asio = boost::asio;

bool is_idempotent(Verb verb) {
    return verb == Verb::get || verb == Verb::head || verb == Verb::put || verb == Verb::delete_;
}

// A file that is named must be good, even for an address that does not need it yet.
net::SharedTlsContext context_for(const Url& url, const std::string& ca_file) {
    return url.tls || !ca_file.empty() ? net::shared_client_context(ca_file) : net::shared_unused_context();
}

}  // namespace

Client::Client(asio::any_io_executor executor, Url url, ClientOptions options)
    : executor_(std::move(executor)),
      url_(std::move(url)),
      options_(std::move(options)),
      tls_(context_for(url_, options_.ca_file)) {}

Client::~Client() = default;

// Those that are closed, or on which something came that nobody asked for, are dropped on the way.
Client::ConnectionPtr Client::take_idle() {
    const auto now = std::chrono::steady_clock::now();
    while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->is_fresh(now, options_.idle_timeout) && connection->is_quiet()) return connection;
    }
    return nullptr;
}

void Client::keep(ConnectionPtr connection) {
    if (idle_.size() >= options_.max_idle || connection->has_leftover_bytes()) return;
    connection->mark_idle(std::chrono::steady_clock::now());
    idle_.push_back(std::move(connection));
}

asio::awaitable<Result<Client::ConnectionPtr>> Client::connect(Deadline deadline) {
    auto connection = std::make_unique<Connection>(executor_);
    const auto error = co_await connection->open(url_, *tls_, deadline);
    if (error) co_return error;
    co_return std::move(connection);
}

Result<Response> Client::finish(ConnectionPtr connection, Result<Response> response) {
    if (response && response->keep_alive()) keep(std::move(connection));
    return response;
}

asio::awaitable<Result<Response>> Client::send_fresh(Request& request, const Guard& guard, Deadline deadline,
                                                     bool head_suffices) {
    auto connection = co_await connect(deadline);
    if (!connection) co_return connection.error();
    if ((*connection)->has_spoken()) co_return Trouble::unasked;
    if (!guard()) {
        keep(std::move(*connection));
        co_return asio::error::operation_aborted;
    }
    auto response =
        co_await (*connection)->exchange(request, deadline, options_.max_response_size, head_suffices);
    co_return finish(std::move(*connection), std::move(response));
}

asio::awaitable<Result<Response>> Client::send(Request request, Guard guard, bool repeatable,
                                               bool head_suffices) {
    if (!guard()) co_return asio::error::operation_aborted;
    request.target(url_.base_path + std::string(request.target()));
    request.set(Field::host, url_.origin().substr(url_.origin().find("//") + 2));
    request.set(Field::user_agent, "calendly-brevo");
    request.prepare_payload();
    const Deadline deadline = std::chrono::steady_clock::now() + options_.timeout;
    repeatable = repeatable || is_idempotent(request.method());
    if (auto kept = take_idle()) {
        auto response = co_await kept->exchange(request, deadline, options_.max_response_size, head_suffices);
        const bool is_late = !response && response.error() == boost::beast::error::timeout;
        const bool repeat = !response && !is_late && !kept->response_started() && repeatable;
        if (!repeat) co_return finish(std::move(kept), std::move(response));
    }
    auto response = co_await send_fresh(request, guard, deadline, head_suffices);
    co_return response;
}

}  // namespace http
