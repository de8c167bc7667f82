#include "web/operator_guard.hpp"

#include <chrono>

#include <fmt/format.h>

#include "web/bearer.hpp"
#include "web/host.hpp"
#include "web/operator_refusal.hpp"

namespace web {
namespace {

std::string field_of(const http::Request& request, http::Field field) {
    const auto value = request[field];
    return {value.data(), value.size()};
}

}  // namespace

void OperatorGuard::check_host(const http::Request& request) const {
    const bool is_sent = request.find(http::Field::host) != request.end();
    const auto host = field_of(request, http::Field::host);
    if (is_sent && is_own_host(host, settings_)) return;
    throw OperatorRefusal(
        421, "foreign_host",
        fmt::format("Host: {}. Ask by the address of admin.listen, or name it in admin.public_url or "
                    "admin.hosts.",
                    is_sent ? cut_short(host) + " is no name of this agent" : "it is missing"),
        "Host");
}

Caller OperatorGuard::check_caller(const http::Request& request) {
    if (!settings_.token.empty() && bears(request, settings_.token)) return Caller::script;
    const auto session = session_in(request);
    if (session && sessions_.touch(*session, std::chrono::steady_clock::now())) return Caller::page;
    if (session)
        throw OperatorRefusal(401, "unauthorized", "Cookie: the session has ended. Sign in again.", "Cookie");
    constexpr std::string_view begin_a_session =
        "Authorization: no admin.token is configured, so only a session is let in: POST /api/v1/session.";
    const auto message = settings_.token.empty() ? begin_a_session : how_to_bear;
    throw OperatorRefusal(401, "unauthorized", std::string(message), "Authorization");
}

void OperatorGuard::check_origin(const http::Request& request, Caller caller) const {
    const bool is_sent = request.find(http::Field::origin) != request.end();
    if (!is_sent && caller == Caller::script) return;
    const auto origin = field_of(request, http::Field::origin);
    const auto host = field_of(request, http::Field::host);
    if (is_sent && is_own_origin(origin, host, settings_)) return;
    throw OperatorRefusal(
        403, "foreign_origin",
        fmt::format("Origin: it is {}, and {} is accepted. Behind a proxy set admin.public_url.",
                    is_sent ? cut_short(origin) : "missing", own_origins(host, settings_)),
        "Origin");
}

}  // namespace web
