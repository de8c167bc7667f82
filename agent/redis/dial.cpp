#include "redis/dial.hpp"

#include <array>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/address_race.hpp"
#include "net/deadline.hpp"
#include "net/resolve.hpp"
#include "net/tls.hpp"
#include "shared/redis_trouble.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Endpoint = net::Transport::Endpoint;
using shared::RedisStage;

constexpr std::chrono::seconds step_timeout{2};

constexpr std::string_view connection_name = "calendly-brevo";  // in CLIENT LIST

Dialed failed(std::string problem) {
    return {std::nullopt, std::move(problem)};
}

std::string describe_handshake(const net::Transport& stream, std::string_view host, const error_code& error) {
    const auto words = error.message();
    return shared::redis_handshake_failed({.verdict = stream.certificate_verdict(),
                                           .host = host,
                                           .error = words,
                                           .may_lack_tls = net::may_lack_tls(error)});
}

// AUTH, SELECT, HELLO, ROLE, CLIENT SETNAME, PING. The problem; empty when all is well.
asio::awaitable<std::string> greet(net::Transport& stream, Peer peer, Dialed& dialed) {
    shared::RedisHandshake handshake({peer.url.user, peer.password, peer.url.database}, peer.role,
                                     peer.wants_name ? connection_name : std::string_view());
    std::optional<std::string> problem;
    bool is_heard = false;
    std::function<bool(const redisReply&)> take = [&](const redisReply& reply) {
        is_heard = true;
        problem = handshake.on_reply(reply);
        return !problem && !handshake.finished();
    };
    std::string commands(handshake.commands());
    const auto error = co_await talk(stream, std::move(commands), std::move(take));
    dialed.may_set_name = handshake.may_set_name();
    dialed.is_of_cluster = handshake.is_of_cluster();
    if (problem) co_return *problem;
    if (error && !is_heard)
        co_return shared::redis_closed_early(stream.is_tls(), "redis.certificate", error.message());
    co_return error ? error.message() : "";
}

asio::awaitable<Dialed> log_in(net::Transport stream, Peer peer, ssl_ctx_st& tls, RedisStage& stage) {
    if (peer.url.tls) {
        stage = RedisStage::shaking_hands;
        const error_code error = co_await stream.shake_hands_with_server(tls, peer.url.host);
        if (error) co_return failed(describe_handshake(stream, peer.url.host, error));
    }
    stage = RedisStage::greeting;
    Dialed dialed;
    auto problem = co_await greet(stream, peer, dialed);
    if (!problem.empty()) co_return failed(std::move(problem));
    dialed.stream = std::move(stream);
    co_return dialed;
}

std::chrono::steady_clock::time_point end_of_step() {
    return std::chrono::steady_clock::now() + step_timeout;
}

struct Found {
    std::vector<Endpoint> endpoints;
    std::string problem;
};

asio::awaitable<Found> find(shared::RedisUrl url, Attempt& attempt) {
    Found found;
    if (!url.socket_path.empty()) {
        found.endpoints.emplace_back(asio::local::stream_protocol::endpoint(url.socket_path));
        co_return found;
    }
    const auto end = end_of_step();
    auto lookup = net::resolve(url.host, std::to_string(url.port), end);
    const auto resolved = co_await net::within(attempt.limit(end), std::move(lookup));
    if (!resolved)
        found.problem = "its name is not resolved in time";
    else if (!*resolved)
        found.problem = "its name cannot be resolved: " + resolved->error().message();
    else
        found.endpoints = net::take_turns(**resolved);
    co_return found;
}

// The addresses of one name often fail for the same reason, which is then said once.
void add_problem(std::string& problems, const std::string& problem) {
    if (problems.find(problem) != problems.npos) return;
    problems += problems.empty() ? problem : ", " + problem;
}

void add_failures(std::string& problems, const std::vector<error_code>& failures) {
    for (const auto& failure : failures)
        add_problem(problems, failure == asio::error::timed_out
                                  ? std::string(shared::redis_is_silent(RedisStage::connecting))
                                  : failure.message());
}

// Nothing when the attempt is given up meanwhile.
asio::awaitable<std::optional<net::Transport>> reach_next(net::AddressRace& race, Attempt& attempt) {
    constexpr auto no_end = net::AddressRace::Time::max();  // each address has its limit
    auto reaching = race.next(no_end);
    auto reached = co_await net::within(attempt.limit(no_end), std::move(reaching));
    if (!reached) co_return std::nullopt;
    co_return std::move(reached->transport);
}

}  // namespace

asio::awaitable<error_code> talk(net::Transport& stream, std::string commands,
                                 std::function<bool(const redisReply&)> take) {
    const error_code write_error = co_await stream.write_all(commands);
    if (write_error) co_return write_error;
    shared::ReplyReader reader;
    std::array<char, 4096> buffer;
    for (;;) {
        const auto [error, size] = co_await stream.read_some(asio::buffer(buffer));
        if (error) co_return error;
        reader.feed({buffer.data(), size});
        while (const auto reply = reader.next())
            if (!take(*reply)) co_return error_code{};
        if (reader.failed()) co_return make_error_code(boost::system::errc::protocol_error);
    }
}

asio::awaitable<Dialed> dial(Peer peer, ssl_ctx_st& tls, Attempt& attempt) {
    auto found = co_await find(peer.url, attempt);
    std::string problems = found.problem;
    const auto executor = co_await asio::this_coro::executor;
    net::AddressRace race(executor, std::move(found.endpoints), {.limit = step_timeout});
    while (!race.is_over()) {
        auto stream = co_await reach_next(race, attempt);
        if (attempt.is_given_up()) co_return failed("given up");
        if (!stream) break;
        RedisStage stage = RedisStage::connecting;
        auto logging_in = log_in(std::move(*stream), peer, tls, stage);
        auto dialed = co_await net::within(attempt.limit(end_of_step()), std::move(logging_in));
        if (attempt.is_given_up()) co_return failed("given up");
        if (dialed && dialed->stream) co_return std::move(*dialed);
        add_problem(problems, dialed ? dialed->problem : std::string(shared::redis_is_silent(stage)));
    }
    add_failures(problems, race.failures());
    co_return failed(std::move(problems));
}

}  // namespace redis
