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

// The user has no right to the command (ACL).
bool is_forbidden(std::string_view error) noexcept;

// Which server may be used: whichever answers, or only a master that can be written to at once (one of a
// replication set: a replica, or one that still loads its data, means that another should be tried). Of a
// cluster a replica will do: it names the master of each key.
enum class RedisRole { any, master };

// The first words on a new connection: AUTH, SELECT, HELLO and ROLE when they are needed, the connection's
// name for CLIENT LIST, then PING, so that a connection counts only when a Redis answers on it. Sans-I/O:
// send commands(), feed every reply to on_reply().
class RedisHandshake {
public:
    // No `name`: none is given.
    explicit RedisHandshake(const RedisLogin& login, RedisRole role = RedisRole::any,
                            std::string_view name = {});

    std::string_view commands() const { return commands_; }
    bool finished() const { return next_ == step_count_; }

    // What the user may not do, though the connection can be used. Whoever asks again all the same fills
    // Redis's ACL LOG.
    bool may_set_name() const { return may_set_name_; }
    bool may_ping() const { return may_ping_; }

    // The server says that it is a node of a cluster. Only asked where its role counts.
    bool is_of_cluster() const { return is_of_cluster_; }

    // The reason why the connection cannot be used, nothing when all is well so far.
    std::optional<std::string> on_reply(const redisReply& reply);

private:
    enum class Step { auth, select, hello, role, set_name, ping };
    static std::string name(Step step);
    void add(Step step, std::initializer_list<std::string_view> arguments);
    // The server is there, and will say by itself, command by command, what it cannot do now.
    bool is_good_enough(std::string_view error) const;
    void note_rights(Step step, const redisReply& reply);

    RedisRole role_;
    std::string commands_;
    Step steps_[6]{};
    unsigned step_count_ = 0;
    unsigned next_ = 0;
    bool may_set_name_ = true;
    bool may_ping_ = true;
    bool is_of_cluster_ = false;
};

}  // namespace shared
