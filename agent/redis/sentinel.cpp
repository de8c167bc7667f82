#include "redis/sentinel.hpp"

#include <array>
#include <charconv>

#include "net/deadline.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds answer_timeout{2};

std::string question(std::string_view name) {
    const std::array<std::string_view, 3> words = {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", name};
    std::string command;
    shared::append_command(command, words);
    return command;
}

// ["10.0.0.1", "6379"]; nil when no master has that name.
MasterAddress parse(const redisReply& reply, const std::string& name) {
    if (reply.type == REDIS_REPLY_NIL) return {std::nullopt, "it knows no master '" + name + "'"};
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 2)
        return {std::nullopt, shared::error_for_log(reply)};
    shared::RedisUrl url;
    url.host = shared::text(*reply.element[0]);
    const auto port = shared::text(*reply.element[1]);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (url.host.empty() || error != std::errc() || end != port.data() + port.size() || url.port == 0)
        return {std::nullopt, "it gives no address for the master"};
    return {std::move(url), ""};
}

asio::awaitable<MasterAddress> ask(net::Transport& stream, std::string name) {
    MasterAddress answer;
    std::function<bool(const redisReply&)> take = [&](const redisReply& reply) {
        answer = parse(reply, name);
        return false;
    };
    const auto error = co_await talk(stream, question(name), std::move(take));
    if (error) answer.problem = error.message();
    co_return answer;
}

}  // namespace

asio::awaitable<MasterAddress> ask_sentinel(Peer sentinel, std::string name, ssl_ctx_st& tls,
                                            Attempt& attempt) {
    auto dialed = co_await dial(std::move(sentinel), tls, attempt);
    if (!dialed.stream) co_return MasterAddress{std::nullopt, std::move(dialed.problem)};
    auto asking = ask(*dialed.stream, std::move(name));
    auto& limit = attempt.limit(std::chrono::steady_clock::now() + answer_timeout);
    auto answer = co_await net::within(limit, std::move(asking));
    if (!answer) answer.emplace(std::nullopt, "connected, but it does not answer");
    answer->may_set_name = dialed.may_set_name;
    co_return std::move(*answer);
}

}  // namespace redis
