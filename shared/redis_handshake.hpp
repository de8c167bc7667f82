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

// An error that says that this server does not take writes now, but another of its set may: READONLY (a
// replica), LOADING (after a start), MASTERDOWN (a replica without its master).
bool cannot_be_written_now(std::string_view error) noexcept;

// Which server may be used: whichever answers, or only a master that can be written to at once (one of a
// replication set: a replica, or one that still loads its data, means that another should be tried).
enum class RedisRole { any, master };

// The first words on a new connection: AUTH, SELECT and ROLE when they are needed, then PING, so that a
// connection counts only when a Redis answers on it. Sans-I/O: send commands(), feed every reply to
// on_reply().
class RedisHandshake {
public:
    explicit RedisHandshake(const RedisLogin& login, RedisRole role = RedisRole::any);

    std::string_view commands() const { return commands_; }
    bool finished() const { return next_ == step_count_; }

    // The reason why the connection cannot be used, nothing when all is well so far.
    std::optional<std::string> on_reply(const redisReply& reply);

private:
    enum class Step { auth, select, role, ping };
    static std::string name(Step step);
    void add(Step step, std::initializer_list<std::string_view> arguments);
    // The server is there, and will say by itself, command by command, what it cannot do now.
    bool is_good_enough(std::string_view error) const;

    RedisRole role_;
    std::string commands_;
    Step steps_[4]{};
    unsigned step_count_ = 0;
    unsigned next_ = 0;
};

}  // namespace shared
