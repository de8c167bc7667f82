#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace redis {

// Redis cannot be reached, is late, or refused a command. what() is one line without secrets.
class Error : public std::runtime_error {
public:
    enum class Kind {
        connection,  // not reachable, late or cut off: the command may or may not have been carried out
        refused,     // an error reply: it was not
    };

    Error(Kind kind, const std::string& what) : std::runtime_error("Redis: " + what), kind_(kind) {}

    Kind kind() const noexcept { return kind_; }

    // The stream or its consumer group does not exist (any more).
    bool is_lost_group() const noexcept {
        return std::string_view(what()).find("NOGROUP") != std::string_view::npos;
    }

private:
    Kind kind_;
};

}  // namespace redis
