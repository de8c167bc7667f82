// Who may ask the admin address what: by name, token, session and origin.
#pragma once

#include <string>

#include "config/admin.hpp"
#include "http/message.hpp"
#include "web/sessions.hpp"

namespace web {

enum class Caller { script, page };  // with the token, with a session

class OperatorGuard {
public:
    explicit OperatorGuard(config::Admin settings) : settings_(std::move(settings)) {}

    const config::Admin& settings() const noexcept { return settings_; }
    Sessions& sessions() noexcept { return sessions_; }

    // All throw OperatorRefusal. 421: another name than ours. A request without `Host` comes from no browser.
    void check_host(const http::Request& request) const;
    // 401 for all but the token and a session that lasts.
    Caller check_caller(const http::Request& request);
    // 403 of a change: a foreign origin; of a page also none.
    void check_origin(const http::Request& request, Caller caller) const;

private:
    config::Admin settings_;
    Sessions sessions_;
};

}  // namespace web
