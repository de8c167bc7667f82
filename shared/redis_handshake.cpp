#include "shared/redis_handshake.hpp"

#include <span>

#include "shared/resp.hpp"

namespace shared {
namespace {

// ["master", ...], ["slave", ...] or ["sentinel", ...]: https://redis.io/docs/latest/commands/role/
bool is_master(const redisReply& reply) {
    return reply.type == REDIS_REPLY_ARRAY && reply.elements > 0 && text(*reply.element[0]) == "master";
}

// ["server", "redis", ..., "mode", "cluster", ...]: https://redis.io/docs/latest/commands/hello/
bool tells_of_cluster(const redisReply& reply) {
    for (std::size_t i = 0; reply.type == REDIS_REPLY_ARRAY && i + 1 < reply.elements; i += 2)
        if (text(*reply.element[i]) == "mode") return text(*reply.element[i + 1]) == "cluster";
    return false;
}

// The user may not give a name, or the server knows no such command.
bool is_nameless(std::string_view error) {
    return error.starts_with("NOPERM") || error.starts_with("ERR");
}

}  // namespace

bool cannot_be_written_now(std::string_view error) noexcept {
    return error.starts_with("READONLY") || error.starts_with("LOADING") || error.starts_with("MASTERDOWN");
}

bool is_forbidden(std::string_view error) noexcept {
    return error.starts_with("NOPERM");
}

RedisHandshake::RedisHandshake(const RedisLogin& login, RedisRole role, std::string_view name) : role_(role) {
    if (!login.password.empty()) {
        if (login.user.empty())
            add(Step::auth, {"AUTH", login.password});
        else
            add(Step::auth, {"AUTH", login.user, login.password});
    }
    if (login.database != 0) add(Step::select, {"SELECT", std::to_string(login.database)});
    if (role == RedisRole::master) {
        add(Step::hello, {"HELLO"});  // needs no right
        add(Step::role, {"ROLE"});
    }
    if (!name.empty()) add(Step::set_name, {"CLIENT", "SETNAME", name});
    add(Step::ping, {"PING"});
}

void RedisHandshake::add(Step step, std::initializer_list<std::string_view> arguments) {
    steps_[step_count_++] = step;
    shared::append_command(commands_, std::span(arguments.begin(), arguments.size()));
}

std::optional<std::string> RedisHandshake::on_reply(const redisReply& reply) {
    const auto step = steps_[next_++];
    note_rights(step, reply);
    if (step == Step::hello) {  // what refuses it knows no clusters, or says so again to what follows
        is_of_cluster_ = tells_of_cluster(reply);
        return std::nullopt;
    }
    // A name is nice to have, and no Redis refuses it because of its state: what says so is not Redis.
    if (step == Step::set_name && !cannot_be_written_now(text(reply))) return std::nullopt;
    if (step == Step::role && (is_of_cluster_ || is_master(reply))) return std::nullopt;
    if (step != Step::role && reply.type == REDIS_REPLY_STATUS) return std::nullopt;
    if (step == Step::ping && is_good_enough(text(reply))) return std::nullopt;
    if (step == Step::role && reply.type == REDIS_REPLY_ARRAY) return "ROLE: not a master";
    return name(step) + error_for_log(reply);
}

void RedisHandshake::note_rights(Step step, const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ERROR) return;
    if (step == Step::set_name && is_nameless(text(reply))) may_set_name_ = false;
    if (step == Step::ping && is_forbidden(text(reply))) may_ping_ = false;
}

bool RedisHandshake::is_good_enough(std::string_view error) const {
    if (cannot_be_written_now(error)) return role_ == RedisRole::any;
    return error.starts_with("BUSY") || is_forbidden(error);
}

std::string RedisHandshake::name(Step step) {
    switch (step) {
        case Step::auth:
            return "AUTH: ";
        case Step::select:
            return "SELECT: ";
        case Step::hello:  // which is never a reason
        case Step::role:
            return "ROLE: ";
        case Step::set_name:
            return "CLIENT SETNAME: ";
        case Step::ping:
            return "PING: ";
    }
    return "";
}

}  // namespace shared
