#pragma once

#include <stdexcept>
#include <string>

namespace redis {

// Redis cannot be reached, is late, or refused a command. what() is one line without secrets.
class Error : public std::runtime_error {
public:
    enum class Kind {
        connection,  // not reachable, late or cut off: the command may or may not have been carried out
        not_now,     // it loads, or is a replica: it was not
        refused,     // any other error reply: it was not
        wrong_type,  // a key holds another type than the command works on: it was not
    };

    Error(Kind kind, const std::string& what) : std::runtime_error("Redis: " + what), kind_(kind) {}

    Kind kind() const noexcept { return kind_; }

    // Whether the server understood the command and will not carry it out: the same again would come to the
    // same at once.
    bool is_refusal() const noexcept { return kind_ == Kind::refused || kind_ == Kind::wrong_type; }

private:
    Kind kind_;
};

// A key of ours holds what neither edge nor agent writes there. what() names the kind of key and the command
// that shows it, never a person.
class BrokenKey : public Error {
public:
    explicit BrokenKey(const std::string& what) : Error(Kind::wrong_type, what) {}
};

// The agent's user has no right to a command that one of its parts needs, and the others do not. what() says
// which.
class MissingRight : public Error {
public:
    explicit MissingRight(const std::string& what) : Error(Kind::refused, what) {}
};

}  // namespace redis
