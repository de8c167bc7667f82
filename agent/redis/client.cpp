#include "redis/client.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <iterator>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "net/deadline.hpp"
#include "net/event.hpp"
#include "redis/error.hpp"
#include "shared/back_off.hpp"
#include "shared/redis_handshake.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

std::string sha1(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    if (!EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr))
        throw std::runtime_error("OpenSSL has no SHA-1");
    return fmt::format("{:02x}", fmt::join(digest.data(), digest.data() + size, ""));
}

constexpr auto closed_by_us = "the agent closes its connections";

Error refusal(std::string_view what, const redisReply& reply) {
    const auto text = shared::text(reply);
    auto kind = shared::cannot_be_written_now(text) ? Error::Kind::not_now : Error::Kind::refused;
    // Of a script's command it stands further on in the message.
    if (text.find("WRONGTYPE") != text.npos) kind = Error::Kind::wrong_type;
    return Error(kind, fmt::format("{}: {}", what, shared::error_for_log(reply)));
}

Error lost(const Session& session) {
    return Error(Error::Kind::connection, fmt::format("{}: {}", session.server(), session.failure()));
}

}  // namespace

Script::Script(std::string text) : text_(std::move(text)), hash_(sha1(text_)) {}

// One coroutine connects; others that need the connection wait for its result.
class Client::Connecting {
public:
    explicit Connecting(const asio::any_io_executor& executor) : attempt(executor), done_(executor) {}

    Attempt attempt;

    void finish(std::exception_ptr failure) {
        failure_ = std::move(failure);
        done_.set();
    }

    asio::awaitable<void> wait() {
        while (!done_.is_set()) co_await done_.wait();
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    net::Event done_;
    std::exception_ptr failure_;
};

Client::Client(asio::any_io_executor executor, std::shared_ptr<Servers> servers,
               std::chrono::milliseconds reply_timeout)
    : executor_(std::move(executor)), servers_(std::move(servers)), reply_timeout_(reply_timeout) {
    servers_->watch(*this);
}

Client::~Client() {
    servers_->unwatch(*this);
    close();
}

void Client::close() {
    if (connecting_) connecting_->attempt.give_up();
    if (session_) session_->close(closed_by_us);
}

void Client::on_master(const std::string& server) {
    if (is_connected() && session_->server() != server) session_->close("the master is now " + server);
}

asio::awaitable<void> Client::connect() {
    if (const auto other = connecting_) {
        co_await other->wait();
        co_return;
    }
    const auto connecting = connecting_ = std::make_shared<Connecting>(executor_);
    std::exception_ptr failure;
    try {
        co_await open_session(connecting->attempt);
    } catch (...) {
        failure = std::current_exception();
    }
    if (connecting->attempt.is_given_up())
        failure = std::make_exception_ptr(Error(Error::Kind::connection, closed_by_us));
    // Counted until a reply comes: a connection on which none comes is a failure, too.
    next_attempt_ = steady_clock::now() + shared::back_off(++attempts_, random_());
    connecting_.reset();
    connecting->finish(failure);
    if (failure) std::rethrow_exception(failure);
}

asio::awaitable<void> Client::open_session(Attempt& attempt) {
    co_await attempt.limit(next_attempt_).async_wait(net::as_result);
    if (attempt.is_given_up()) co_return;
    auto connection = co_await servers_->connect(attempt);
    if (attempt.is_given_up()) co_return;
    session_ = std::make_shared<Session>(std::move(connection.stream), connection.server, reply_timeout_);
    session_->start();
}

bool Client::is_elsewhere(const redisReply& reply) const {
    return reply.type == REDIS_REPLY_ERROR && servers_->has_alternatives() &&
           shared::cannot_be_written_now(shared::text(reply));
}

asio::awaitable<shared::ReplyPtr> Client::exchange(const Arguments& arguments) {
    for (bool is_repeated = false;; is_repeated = true) {
        if (!is_connected()) co_await connect();
        const auto session = session_;
        if (!session->is_open()) throw lost(*session);
        auto reply = co_await session->exchange(arguments);
        if (!reply) throw lost(*session);
        attempts_ = 0;
        if (!is_elsewhere(*reply)) co_return reply;
        session->close(shared::error_for_log(*reply));
        servers_->leave(session->server());
        if (is_repeated) co_return reply;
    }
}

asio::awaitable<shared::ReplyPtr> Client::command(Arguments arguments) {
    auto reply = co_await exchange(arguments);
    if (reply->type == REDIS_REPLY_ERROR) throw refusal(arguments.front(), *reply);
    co_return reply;
}

asio::awaitable<shared::ReplyPtr> Client::run(const Script& script, Arguments keys, Arguments values) {
    Arguments arguments{"EVALSHA", script.hash(), std::to_string(keys.size())};
    arguments.reserve(arguments.size() + keys.size() + values.size());
    std::ranges::move(keys, std::back_inserter(arguments));
    std::ranges::move(values, std::back_inserter(arguments));
    auto reply = co_await exchange(arguments);
    if (reply->type == REDIS_REPLY_ERROR && shared::text(*reply).starts_with("NOSCRIPT")) {
        arguments[0] = "EVAL";
        arguments[1] = script.text();
        reply = co_await exchange(arguments);
    }
    if (reply->type == REDIS_REPLY_ERROR) throw refusal("script", *reply);
    co_return reply;
}

}  // namespace redis
