// Why the operators' API refuses a call: {"error": {"code", "message", "field"?, "count"?}}.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "http/message.hpp"

namespace web {

// what() is the message: what is wrong, where, what to do.
class OperatorRefusal : public std::runtime_error {
public:
    OperatorRefusal(unsigned status, std::string code, const std::string& message, std::string field = "")
        : std::runtime_error(message), status_(status), code_(std::move(code)), field_(std::move(field)) {}

    // count_changed: how many there are now.
    static OperatorRefusal count_changed(std::uint64_t expected, std::uint64_t count);
    static OperatorRefusal too_large();
    // A parameter or a member is unknown, missing or out of range.
    static OperatorRefusal invalid(std::string field, const std::string& what) {
        return {422, "invalid", field + ": " + what, field};
    }

    unsigned status() const noexcept { return status_; }
    const std::string& code() const noexcept { return code_; }

    // With WWW-Authenticate when it is 401.
    http::Response answer() const;

private:
    unsigned status_;
    std::string code_;
    std::string field_;
    std::optional<std::uint64_t> count_;
};

// The beginning of what somebody sent, for a message.
std::string cut_short(const std::string& text);

// What a router refused, which says it in plain text; any other answer as it is.
http::Response refusal_of_router(http::Response response, const std::string& target);

}  // namespace web
