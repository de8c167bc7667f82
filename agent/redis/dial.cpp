#include "redis/dial.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/sslerr.h>
#include <openssl/x509v3.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/deadline.hpp"
#include "net/resolve.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using net::as_result;
using Endpoint = asio::generic::stream_protocol::endpoint;

constexpr std::chrono::seconds step_timeout{2};

// How far it came: says what a silence means.
enum class Stage { connecting, shaking_hands, greeting };

std::string silence_at(Stage stage) {
    switch (stage) {
        case Stage::connecting:
            return "connecting timed out";
        case Stage::shaking_hands:
            return "connected, but the TLS handshake is not answered: no TLS at that port?";
        case Stage::greeting:
            return "connected, but Redis does not answer";
    }
    return "";
}

Dialed failed(std::string problem) {
    return {std::nullopt, std::move(problem)};
}

// OpenSSL itself refuses a server whose certificate is not for this host.
bool expect_host(SSL* session, const std::string& host) {
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1) return true;
    return SSL_set1_host(session, host.c_str()) == 1 && SSL_set_tlsext_host_name(session, host.c_str()) == 1;
}

std::string describe_handshake(SSL* session, const std::string& host, const error_code& error) {
    const long verdict = SSL_get_verify_result(session);
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH)
        return fmt::format("its certificate is for another host than {}", host);
    if (verdict != X509_V_OK)
        return fmt::format("its certificate is not trusted: {}", X509_verify_cert_error_string(verdict));
    const bool is_plain =
        error.category() == asio::error::get_ssl_category() &&
        ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_WRONG_VERSION_NUMBER;
    return fmt::format("the TLS handshake failed: {}{}", error.message(),
                       is_plain ? ": no TLS at that port?" : "");
}

asio::awaitable<Dialed> shake_hands(net::Transport::Plain socket, std::string host,
                                    asio::ssl::context& context) {
    net::Transport::Tls stream(std::move(socket), context);
    if (!expect_host(stream.native_handle(), host)) co_return failed("OpenSSL refuses its name");
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, as_result);
    if (error) co_return failed(describe_handshake(stream.native_handle(), host, error));
    co_return Dialed{net::Transport(std::move(stream)), ""};
}

std::string describe_break(const net::Transport& stream, const error_code& error) {
    // With TLS 1.3 a server looks at its client's certificate when the client has done the handshake already.
    if (stream.is_tls())
        return fmt::format("broke off after the TLS handshake: {}: does it want (another) redis.certificate?",
                           error.message());
    return fmt::format("broke off at the first word: {}: does it want TLS (rediss://)?", error.message());
}

// AUTH, SELECT, ROLE, PING. The problem; empty when all is well.
asio::awaitable<std::string> greet(net::Transport& stream, Peer peer) {
    shared::RedisHandshake handshake({peer.url.user, peer.password, peer.url.database}, peer.role);
    std::optional<std::string> problem;
    bool is_heard = false;
    std::function<bool(const redisReply&)> take = [&](const redisReply& reply) {
        is_heard = true;
        problem = handshake.on_reply(reply);
        return !problem && !handshake.finished();
    };
    std::string commands(handshake.commands());
    const auto error = co_await talk(stream, std::move(commands), std::move(take));
    if (problem) co_return *problem;
    if (error && !is_heard) co_return describe_break(stream, error);
    co_return error ? error.message() : "";
}

asio::awaitable<Dialed> open(Endpoint endpoint, Peer peer, asio::ssl::context& tls, Stage& stage) {
    net::Transport::Plain socket(co_await asio::this_coro::executor);
    const auto [connect_error] = co_await socket.async_connect(endpoint, as_result);
    if (connect_error) co_return failed(connect_error.message());
    Dialed dialed;
    if (peer.url.socket_path.empty()) socket.set_option(asio::ip::tcp::no_delay(true));
    if (peer.url.tls) {
        stage = Stage::shaking_hands;
        dialed = co_await shake_hands(std::move(socket), peer.url.host, tls);
    } else {
        dialed.stream.emplace(std::move(socket));
    }
    if (!dialed.stream) co_return dialed;
    stage = Stage::greeting;
    auto problem = co_await greet(*dialed.stream, peer);
    if (!problem.empty()) co_return failed(std::move(problem));
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
        for (const auto& entry : **resolved) found.endpoints.emplace_back(entry.endpoint());
    co_return found;
}

// The addresses of one name often fail alike.
void add_problem(std::string& problems, const std::string& problem) {
    if (problems.find(problem) != problems.npos) return;
    problems += problems.empty() ? problem : ", " + problem;
}

}  // namespace

asio::awaitable<error_code> talk(net::Transport& stream, std::string commands,
                                 std::function<bool(const redisReply&)> take) {
    const auto [write_error, written] = co_await stream.async_write(asio::buffer(commands), as_result);
    if (write_error) co_return write_error;
    shared::ReplyReader reader;
    std::array<char, 4096> buffer;
    for (;;) {
        const auto [error, size] = co_await stream.async_read_some(asio::buffer(buffer), as_result);
        if (error) co_return error;
        reader.feed({buffer.data(), size});
        while (const auto reply = reader.next())
            if (!take(*reply)) co_return error_code{};
        if (reader.failed()) co_return make_error_code(boost::system::errc::protocol_error);
    }
}

asio::awaitable<Dialed> dial(Peer peer, asio::ssl::context& tls, Attempt& attempt) {
    const auto found = co_await find(peer.url, attempt);
    std::string problems = found.problem;
    for (const auto& endpoint : found.endpoints) {
        Stage stage = Stage::connecting;
        auto opening = open(endpoint, peer, tls, stage);
        auto dialed = co_await net::within(attempt.limit(end_of_step()), std::move(opening));
        if (attempt.is_given_up()) co_return failed("given up");
        if (dialed && dialed->stream) co_return std::move(*dialed);
        add_problem(problems, dialed ? dialed->problem : silence_at(stage));
    }
    co_return failed(std::move(problems));
}

}  // namespace redis
