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
    };

    Error(Kind kind, const std::string& what) : std::runtime_error("Redis: " + what), kind_(kind) {}

    Kind kind() const noexcept { return kind_; }

private:
    Kind kind_;
};

}  // namespace redis
