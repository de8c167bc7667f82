#pragma once

#include <stdexcept>
#include <string>

namespace redis {

// Redis cannot be reached, is late, or refused a command. what() is one line without secrets.
class Error : public std::runtime_error {
public:
    enum class Kind {
        connection,  // not reachable, loading, late or cut off: the command may or may not have been carried
                     // out
        refused,     // an error reply: it was not
    };

    Error(Kind kind, const std::string& what) : std::runtime_error("Redis: " + what), kind_(kind) {}

    Kind kind() const noexcept { return kind_; }

private:
    Kind kind_;
};

}  // namespace redis
