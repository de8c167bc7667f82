// A LinkState, its actions in words, and replies of Redis: for the tests of it.
#pragma once

#include <string>
#include <string_view>

#include "ngx_module/redis/link_state.hpp"
#include "shared/resp.hpp"

namespace edge::redis {

inline std::string timer_name(LinkTimer timer) {
    constexpr std::string_view names[] = {"attempt", "next attempt", "patience", "idle"};
    return std::string(names[static_cast<std::size_t>(timer)]);
}

// A command without RESP's counts: "AUTH secret PING".
inline std::string plain_words(std::string_view bytes) {
    std::string words;
    for (std::size_t from = 0, to; (to = bytes.find("\r\n", from)) != bytes.npos; from = to + 2)
        if (bytes[from] != '*' && bytes[from] != '$')
            words += " " + std::string(bytes.substr(from, to - from));
    return words;
}

struct InWords {
    std::string operator()(const action::LookUpName&) const { return "look up"; }
    std::string operator()(const action::Connect&) const { return "connect"; }
    std::string operator()(const action::Say& say) const { return "say" + plain_words(say.words); }
    std::string operator()(const action::Close&) const { return "close"; }
    std::string operator()(const action::Start& start) const {
        return "start " + timer_name(start.timer) + " " + std::to_string(start.delay.count());
    }
    std::string operator()(const action::Stop& stop) const { return "stop " + timer_name(stop.timer); }
    std::string operator()(const action::Complain& complaint) const {
        const auto error = complaint.error ? " (" + std::to_string(complaint.error) + ")" : "";
        return "complain of " + std::to_string(complaint.server) + ": " + complaint.what + error;
    }
    std::string operator()(const action::TellReady&) const { return "ready"; }
    std::string operator()(const action::TellLost& lost) const {
        return "lost: " + std::string(name(lost.why));
    }
};

inline std::string in_words(const Actions& actions) {
    std::string words;
    for (const auto& action : actions) words += (words.empty() ? "" : "; ") + std::visit(InWords(), action);
    return words;
}

// What may raise the next event while the actions are still being carried out.
inline bool may_raise_an_event(const Action& action) {
    return std::holds_alternative<action::LookUpName>(action) ||
           std::holds_alternative<action::Connect>(action) || std::holds_alternative<action::Say>(action) ||
           std::holds_alternative<action::TellReady>(action) ||
           std::holds_alternative<action::TellLost>(action);
}

inline shared::ReplyPtr reply(std::string_view bytes) {
    shared::ReplyReader reader;
    reader.feed(bytes);
    return reader.next();
}

}  // namespace edge::redis
