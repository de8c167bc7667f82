#include "redis/client.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <iterator>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <boost/asio/steady_timer.hpp>

#include "net/deadline.hpp"
#include "redis/error.hpp"
#include "redis/link.hpp"
#include "redis/session.hpp"
#include "shared/redis_cluster.hpp"
#include "shared/redis_handshake.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

// How long a command is sent from node to node of a cluster that does not agree, or has just lost a master.
constexpr std::chrono::milliseconds patience = 3s;

std::string sha1(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    if (!EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr))
        throw std::runtime_error("OpenSSL has no SHA-1");
    return fmt::format("{:02x}", fmt::join(digest.data(), digest.data() + size, ""));
}

constexpr auto closed_by_us = "the agent closes its connections";

// Another moment may see it carried out, without anything that is done here.
bool is_passing(std::string_view error) {
    return shared::cannot_be_written_now(error) || shared::cluster_is_not_ready(error) ||
           shared::redirection_in(error);
}

Error refusal(std::string_view what, const redisReply& reply) {
    const auto text = shared::text(reply);
    const auto told = fmt::format("{}: {}", what, shared::error_for_log(reply));
    if (shared::forbids_asking(text))
        return Error(Error::Kind::not_now, fmt::format("{}: {}", told, shared::allow_asking));
    auto kind = is_passing(text) ? Error::Kind::not_now : Error::Kind::refused;
    // Of a script's command it stands further on in the message.
    if (text.find("WRONGTYPE") != text.npos) kind = Error::Kind::wrong_type;
    return Error(kind, told);
}

Error lost(const Session& session) {
    return Error(Error::Kind::connection, fmt::format("{}: {}", session.server(), session.failure()));
}

}  // namespace

Script::Script(std::string text) : text_(std::move(text)), hash_(sha1(text_)) {}

Client::Client(asio::any_io_executor executor, std::shared_ptr<Servers> servers,
               std::chrono::milliseconds reply_timeout)
    : executor_(std::move(executor)),
      servers_(std::move(servers)),
      reply_timeout_(reply_timeout),
      any_(std::make_unique<Link>(
          executor_, [this](Attempt& attempt) { return servers_->connect(attempt); }, reply_timeout)) {
    servers_->watch(*this);
}

Client::~Client() {
    servers_->unwatch(*this);
    close();
}

void Client::close() {
    ++closings_;
    any_->close(closed_by_us);
    for (auto& [node, link] : nodes_) link->close(closed_by_us);
}

void Client::on_master(const std::string& server) {
    if (any_->is_connected() && any_->present()->server() != server)
        any_->present()->close("the master is now " + server);
}

// A connection that happens to lead there already is not made twice.
Link& Client::link_to(const std::string& node) {
    if (node.empty() || (any_->is_connected() && any_->present()->server() == node)) return *any_;
    auto& link = nodes_[node];
    if (!link)
        link = std::make_unique<Link>(
            executor_, [this, node](Attempt& attempt) { return servers_->connect_to(node, attempt); },
            reply_timeout_);
    return *link;
}

// False when the node is not there, as `missed` says, and the others are to be asked.
asio::awaitable<bool> Client::reach(Link& link, Journey& journey, std::exception_ptr& missed) {
    const auto closings = closings_;
    try {
        co_await link.connect();
        co_return true;
    } catch (const Error&) {
        if (closings_ != closings || journey.node().empty()) throw;
        if (!journey.goes_on_without_node(steady_clock::now())) throw;
        missed = std::current_exception();
    }
    co_return false;
}

asio::awaitable<void> Client::rest(const Journey& journey) {
    if (journey.pause() == 0ms) co_return;
    const auto closings = closings_;
    asio::steady_timer timer(executor_, journey.pause());
    co_await timer.async_wait(net::as_result);
    if (closings_ != closings) throw Error(Error::Kind::connection, closed_by_us);
}

// Whether the command, which was refused, is sent again.
bool Client::goes_on(Journey& journey, const redisReply& reply, Session& session) {
    const auto error = shared::text(reply);
    if (shared::cannot_be_written_now(error)) {
        if (!servers_->has_alternatives()) return false;
        session.close(shared::error_for_log(reply));
        servers_->leave(session.server());
    }
    return journey.goes_on(error, session.server(), steady_clock::now());
}

asio::awaitable<shared::ReplyPtr> Client::exchange(const Arguments& arguments) {
    const auto end = steady_clock::now() + std::min(patience, reply_timeout_);
    Journey journey(servers_->cluster(), tag_of(arguments), end);
    std::exception_ptr missed;
    for (;;) {
        co_await rest(journey);
        auto& link = link_to(journey.node());
        const bool is_reached = co_await reach(link, journey, missed);
        if (!is_reached) continue;
        const auto session = link.present();
        if (!session->is_open()) throw lost(*session);
        auto reply = co_await session->exchange(arguments, journey.asks());
        if (!reply) {
            servers_->cluster().forget(session->server());
            throw lost(*session);
        }
        link.note_reply();
        const bool is_error = reply->type == REDIS_REPLY_ERROR;
        if (is_error && goes_on(journey, *reply, *session)) continue;
        // That the others know nobody but the node that is not there tells less than what is wrong with it.
        if (is_error && missed && shared::redirection_in(shared::text(*reply)))
            std::rethrow_exception(missed);
        co_return reply;
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
