#include "shared/redis_handshake.hpp"

#include <span>

#include "shared/resp.hpp"

namespace shared {
namespace {

// Redis is there and will say by itself, command by command, what it cannot do now.
bool is_alive_all_the_same(std::string_view error) {
    return error.starts_with("LOADING") || error.starts_with("MASTERDOWN") || error.starts_with("BUSY") ||
           error.starts_with("NOPERM");
}

}  // namespace

RedisHandshake::RedisHandshake(const RedisLogin& login) {
    if (!login.password.empty()) {
        if (login.user.empty())
            add(Step::auth, {"AUTH", login.password});
        else
            add(Step::auth, {"AUTH", login.user, login.password});
    }
    if (login.database != 0) add(Step::select, {"SELECT", std::to_string(login.database)});
    add(Step::ping, {"PING"});
}

void RedisHandshake::add(Step step, std::initializer_list<std::string_view> arguments) {
    steps_[step_count_++] = step;
    shared::append_command(commands_, std::span(arguments.begin(), arguments.size()));
}

std::optional<std::string> RedisHandshake::on_reply(const redisReply& reply) {
    const auto step = steps_[next_++];
    if (reply.type == REDIS_REPLY_STATUS) return std::nullopt;
    const auto error = error_for_log(reply);
    switch (step) {
        case Step::auth:
            return "AUTH: " + error;
        case Step::select:
            return "SELECT: " + error;
        case Step::ping:
            if (is_alive_all_the_same(error)) return std::nullopt;
            return "PING: " + error;
    }
    return error;
}

}  // namespace shared
