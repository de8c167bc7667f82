#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <hiredis/hiredis.h>

namespace shared {

struct RedisLogin {
    std::string user;
    std::string password;  // empty: no AUTH
    unsigned database = 0;
    bool operator==(const RedisLogin&) const = default;
};

// The first words on a new connection: AUTH and SELECT when they are needed, then PING, so that a connection
// counts only when a Redis answers on it. Sans-I/O: send commands(), feed every reply to on_reply().
class RedisHandshake {
public:
    explicit RedisHandshake(const RedisLogin& login);

    std::string_view commands() const { return commands_; }
    bool finished() const { return next_ == step_count_; }

    // The reason why the connection cannot be used, nothing when all is well so far.
    std::optional<std::string> on_reply(const redisReply& reply);

private:
    enum class Step { auth, select, ping };
    void add(Step step, std::initializer_list<std::string_view> arguments);

    std::string commands_;
    Step steps_[3]{};
    unsigned step_count_ = 0;
    unsigned next_ = 0;
};

}  // namespace shared
