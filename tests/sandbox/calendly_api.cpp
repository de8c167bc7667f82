#include "sandbox/calendly_api.hpp"

#include <algorithm>
#include <iterator>

#include "sandbox/ids.hpp"
#include "sandbox/paging.hpp"
#include "sandbox/refusal.hpp"

namespace sandbox {
namespace {

Answer plain(json::object object) {
    Answer answer;
    answer.body = std::move(object);
    return answer;
}

std::optional<std::string> status_parameter(const Call& call) {
    const auto status = call.parameter("status");
    if (status && *status != "active" && *status != "canceled")
        throw invalid_argument({{"status", "must be active or canceled"}});
    return status;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string organization_of(const CalendlyState& state, const std::string& uri) {
    const auto id = id_of("organizations", uri, "organization");
    if (id != state.organization())
        throw permission_denied("You do not have permission to access this resource.");
    return id;
}

}  // namespace

Answer resource(json::object object, unsigned status) {
    Answer answer;
    answer.status = status;
    answer.body = json::object{{"resource", std::move(object)}};
    return answer;
}

std::string id_of(std::string_view kind, const std::string& uri, std::string_view parameter) {
    const std::string id(last_segment(uri));
    if (id.empty() || uri != calendly_uri(kind, id))
        throw invalid_argument({{std::string(parameter), "is not a URI of " + std::string(kind)}});
    return id;
}

std::string required_parameter(const Call& call, const std::string& name) {
    const auto value = call.parameter(name);
    if (!value || value->empty()) throw invalid_argument({{name, "can't be blank"}});
    return *value;
}

std::optional<Instant> instant_parameter(const Call& call, const std::string& name) {
    const auto text = call.parameter(name);
    if (!text) return std::nullopt;
    const auto instant = parse_instant(*text);
    if (!instant)
        throw invalid_argument({{name, "must be a date and time such as 2026-10-13T09:00:00.000000Z"}});
    return instant;
}

CalendlyApi::CalendlyApi(CalendlyState& state, Subscriptions& subscriptions, std::string token, Rate rate,
                         Publish publish)
    : state_(state),
      subscriptions_(subscriptions),
      oauth_(state, tokens_),
      rate_limit_(rate),
      publish_(std::move(publish)) {
    tokens_.add(std::move(token), {state.owner().id, all_scopes(), std::nullopt, std::nullopt});
    add_reading_routes();
    add_booking_routes();
    add_webhook_routes();
}

Answer CalendlyApi::handle(Call call, Instant at) {
    at_ = at;
    if (!call.user_agent || call.user_agent->empty())
        return to_answer(permission_denied("Requests must have a User-Agent."));
    if (OAuthServer::is_for(call)) return oauth_.handle(std::move(call), at + ahead_);
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view header = call.authorization ? *call.authorization : std::string_view();
    access_ = header.starts_with(scheme) ? tokens_.find(header.substr(scheme.size()), at + ahead_) : nullptr;
    if (!access_) return to_answer(CalendlyRefusal(401, "Unauthenticated", "The access token is invalid"));
    const auto verdict = rate_limit_.take(at);
    Answer answer;
    if (verdict.allowed) {
        answer = route(call);
    } else {
        answer.status = 429;  // without a body, as has been seen
    }
    if (rate_limit_.limits())
        std::ranges::move(verdict.headers("x-ratelimit-"), std::back_inserter(answer.headers));
    return answer;
}

void CalendlyApi::require_one_of(const std::vector<std::string>& scopes) const {
    const auto is_granted = [this](const auto& scope) { return includes(access_->scopes, scope); };
    if (scopes.empty() || std::any_of(scopes.begin(), scopes.end(), is_granted)) return;
    throw insufficient_scope(scopes);
}

void CalendlyApi::on(std::string method, std::string_view pattern, std::vector<std::string> scopes,
                     Router::Handler handler) {
    router_.add(std::move(method), pattern,
                [this, scopes = std::move(scopes), handler = std::move(handler)](const Call& call) {
                    require_one_of(scopes);
                    return handler(call);
                });
}

// The user whose things are asked for; nothing for the whole organization.
std::optional<std::string> CalendlyApi::requested_owner(const Call& call) const {
    const auto user = call.parameter("user");
    const auto organization = call.parameter("organization");
    if (!user && !organization)
        throw invalid_argument(
            {{"user", "or organization must be given"}, {"organization", "or user must be given"}});
    if (organization) organization_of(state_, *organization);
    if (!user && !leads()) throw permission_denied("You do not have permission to access this resource.");
    if (!user) return std::nullopt;
    const auto id = id_of("users", *user, "user");
    if (id != me().id && !organization)
        throw permission_denied(
            "Please also specify organization when requesting events for a user within your organization.");
    if (id != me().id && !leads())
        throw permission_denied("You do not have permission to access this resource.");
    return id;
}

Answer CalendlyApi::route(Call& call) {
    try {
        const auto route = router_.find(call);
        if (!route.handler) throw not_found();
        return (*route.handler)(call);
    } catch (const CalendlyRefusal& refusal) {
        return to_answer(refusal);
    }
}

void CalendlyApi::add_reading_routes() {
    on("GET", "/organization_memberships", {"organizations:read"},
       [this](const Call& call) { return plain(list_memberships(call)); });
    on("GET", "/users/me", {"users:read"}, [this](const Call&) { return resource(to_json(state_, me())); });
    on("GET", "/users/{id}", {"users:read"},
       [this](const Call& call) { return resource(to_json(state_, state_.user(call.captured.at("id")))); });
    on("GET", "/event_types", {"event_types:read"},
       [this](const Call& call) { return plain(list_event_types(call)); });
    on("GET", "/event_types/{id}", {"event_types:read"}, [this](const Call& call) {
        return resource(to_json(state_, state_.event_type(call.captured.at("id"))));
    });
    on("GET", "/event_type_available_times", {"availability:read", "event_types:read"},
       [this](const Call& call) { return plain(list_available_times(call)); });
    on("GET", "/user_busy_times", {"availability:read"},
       [this](const Call& call) { return plain(list_busy_times(call)); });
    on("GET", "/scheduled_events", {"scheduled_events:read"},
       [this](const Call& call) { return plain(list_scheduled_events(call)); });
    on("GET", "/scheduled_events/{event}", {"scheduled_events:read"}, [this](const Call& call) {
        return resource(to_json(state_, state_.visible_event(call.captured.at("event"))));
    });
    on("GET", "/scheduled_events/{event}/invitees", {"scheduled_events:read"},
       [this](const Call& call) { return plain(list_invitees(call)); });
    on("GET", "/scheduled_events/{event}/invitees/{invitee}", {"scheduled_events:read"},
       [this](const Call& call) {
           state_.visible_event(call.captured.at("event"));
           const auto& invitee = state_.invitee(call.captured.at("invitee"));
           if (invitee.event != call.captured.at("event")) throw not_found();
           return resource(to_json(state_, invitee));
       });
    on("GET", "/invitee_no_shows/{id}", {"scheduled_events:read"}, [this](const Call& call) {
        return resource(to_json(state_, state_.no_show(call.captured.at("id"))));
    });
}

// Who belongs to the organization, and as what.
json::object CalendlyApi::list_memberships(const Call& call) const {
    const auto user = call.parameter("user");
    const auto organization = call.parameter("organization");
    if (!user && !organization) throw invalid_argument({{"user", "or organization must be given"}});
    if (organization) organization_of(state_, *organization);
    const auto only = user ? id_of("users", *user, "user") : leads() ? "" : me().id;
    std::vector<std::string> ids;
    for (const auto& member : state_.users())
        if (only.empty() || member.id == only) ids.push_back(member.id);
    return page_of(call, ids, [this](const auto& id) {
        const auto& member = state_.user(id);
        return json::object{{"uri", calendly_uri("organization_memberships", member.id)},
                            {"role", member.role},
                            {"user", to_json(state_, member)},
                            {"organization", calendly_uri("organizations", state_.organization())},
                            {"created_at", to_text(member.created_at)},
                            {"updated_at", to_text(member.created_at)}};
    });
}

json::object CalendlyApi::list_event_types(const Call& call) const {
    const auto owner = requested_owner(call);
    const auto active = call.parameter("active");
    if (active && *active != "true" && *active != "false")
        throw invalid_argument({{"active", "must be true or false"}});
    std::vector<std::string> ids;
    for (const auto& id : state_.event_type_ids()) {
        const auto& type = state_.event_type(id);
        if (type.deleted_at || (owner && type.owner != *owner)) continue;
        if (!active || type.active == (*active == "true")) ids.push_back(id);
    }
    const int direction = sort_direction(call, "name", 1);
    std::stable_sort(ids.begin(), ids.end(), [&](const auto& a, const auto& b) {
        return direction * state_.event_type(a).name.compare(state_.event_type(b).name) < 0;
    });
    return page_of(call, ids, [this](const auto& id) { return to_json(state_, state_.event_type(id)); });
}

json::object CalendlyApi::list_scheduled_events(const Call& call) const {
    const auto owner = requested_owner(call);
    const auto status = status_parameter(call);
    const auto email = call.parameter("invitee_email");
    const auto from = instant_parameter(call, "min_start_time");
    const auto to = instant_parameter(call, "max_start_time");
    const auto invited = [&](const ScheduledEvent& event) {
        return std::any_of(event.invitees.begin(), event.invitees.end(), [&](const auto& id) {
            return equal_ignoring_case(state_.invitee(id).email, *email);
        });
    };
    std::vector<std::pair<Instant, std::string>> found;
    for (const auto& id : state_.event_ids()) {
        const auto& event = state_.event(id);
        if (event.is_erased) continue;
        if ((owner && event.host != *owner) || (from && event.start < *from) || (to && event.start > *to))
            continue;
        if (status && (*status == "canceled") != event.cancellation.has_value()) continue;
        if (!email || invited(event)) found.emplace_back(event.start, id);
    }
    const int direction = sort_direction(call, "start_time", 1);
    std::stable_sort(found.begin(), found.end(), [&](const auto& a, const auto& b) {
        return direction > 0 ? a.first < b.first : b.first < a.first;
    });
    std::vector<std::string> ids;
    for (auto& [start, id] : found) ids.push_back(std::move(id));
    return page_of(call, ids, [this](const auto& id) { return to_json(state_, state_.event(id)); });
}

json::object CalendlyApi::list_invitees(const Call& call) const {
    const auto& event = state_.visible_event(call.captured.at("event"));
    const auto status = status_parameter(call);
    const auto email = call.parameter("email");
    std::vector<std::string> ids;
    for (const auto& id : event.invitees) {
        const auto& invitee = state_.invitee(id);
        if (status && (*status == "active") != state_.is_active(invitee)) continue;
        if (!email || equal_ignoring_case(invitee.email, *email)) ids.push_back(id);
    }
    if (sort_direction(call, "created_at", 1) < 0) std::reverse(ids.begin(), ids.end());
    return page_of(call, ids, [this](const auto& id) { return to_json(state_, state_.invitee(id)); });
}

}  // namespace sandbox
