// The calls of Calendly's API about webhook subscriptions.
#include <algorithm>

#include "sandbox/calendly_api.hpp"
#include "sandbox/ids.hpp"
#include "sandbox/paging.hpp"
#include "sandbox/refusal.hpp"

namespace sandbox {
namespace {

void check_scope(const std::string& scope, bool has_user, bool has_group, Fields& fields) {
    if (scope != "organization" && scope != "user" && scope != "group")
        fields.fail("scope", "must be organization, user or group");
    if (scope == "user" && !has_user) fields.fail("user", "can't be blank");
    if (scope == "group" && !has_group) fields.fail("group", "can't be blank");
}

void check_events(const std::vector<std::string>& events, const std::string& scope, Fields& fields) {
    const auto& known = webhook_events();
    if (events.empty()) fields.fail("events", "can't be blank");
    for (auto event = events.begin(); event != events.end(); ++event) {
        if (std::find(known.begin(), known.end(), *event) == known.end())
            fields.fail("events", "has an unknown " + *event);
        if (std::find(events.begin(), event, *event) != event) fields.fail("events", "must be unique");
        if (scope != "organization" && *event == "routing_form_submission.created")
            fields.fail("events", "routing_form_submission.created needs organization scope");
    }
}

// Whoever hears of things must be allowed to read them.
std::string scope_of_event(std::string_view event) {
    if (event.starts_with("event_type.")) return "event_types:read";
    if (event.starts_with("routing_form_submission.")) return "routing_forms:read";
    if (event.starts_with("contact.")) return "contacts:read";
    if (event.starts_with("meeting_recap.")) return "meeting_recaps:read";
    return "scheduled_events:read";
}

}  // namespace

void CalendlyApi::add_webhook_routes() {
    on("POST", "/webhook_subscriptions", {"webhooks:write"},
       [this](const Call& call) { return create_subscription(call); });
    on("GET", "/webhook_subscriptions", {"webhooks:read"}, [this](const Call& call) {
        Answer answer;
        answer.body = list_subscriptions(call);
        return answer;
    });
    on("GET", "/webhook_subscriptions/{id}", {"webhooks:read"}, [this](const Call& call) {
        return resource(to_json(state_, subscriptions_.get(call.captured.at("id"))));
    });
    on("DELETE", "/webhook_subscriptions/{id}", {"webhooks:write"}, [this](const Call& call) {
        subscriptions_.remove(call.captured.at("id"));
        Answer answer;
        answer.status = 204;
        return answer;
    });
    on("GET", "/sample_webhook_data", {"webhooks:read"}, [this](const Call& call) {
        Answer answer;
        answer.body = sample_webhook(call);
        return answer;
    });
}

Answer CalendlyApi::create_subscription(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"url", "events", "organization", "scope", "user", "group", "signing_key"});
    Subscription subscription;
    subscription.id = new_id();
    subscription.callback_url = fields.required_text("url");
    subscription.events = fields.texts("events").value_or(std::vector<std::string>());
    subscription.scope = fields.required_text("scope");
    subscription.signing_key = fields.text("signing_key");
    subscription.creator = me().id;
    subscription.created_at = subscription.updated_at = at_;
    const auto organization = fields.required_text("organization");
    const auto user = fields.text("user");
    const auto group = fields.text("group");
    if (!is_web_address(subscription.callback_url)) fields.fail("url", "is not a web address");
    check_events(subscription.events, subscription.scope, fields);
    check_scope(subscription.scope, user.has_value(), group.has_value(), fields);
    require_valid(fields);
    if (id_of("organizations", organization, "organization") != state_.organization())
        throw permission_denied("You do not have permission to access this resource.");
    for (const auto& event : subscription.events) require_one_of({scope_of_event(event)});
    if (subscription.scope != "user" && !leads())
        throw permission_denied("Your role in the organization does not allow this subscription.");
    if (subscription.scope == "user" && last_segment(*user) != me().id && !leads())
        throw permission_denied("You do not have permission to access this resource.");
    if (const auto* app = access_->client ? oauth_.find(*access_->client) : nullptr;
        app && !subscription.signing_key)
        subscription.signing_key = app->signing_key;
    if (subscription.scope == "user") subscription.user = state_.user(id_of("users", *user, "user")).id;
    if (subscription.scope == "group") subscription.group = id_of("groups", *group, "group");
    return resource(to_json(state_, subscriptions_.add(std::move(subscription))), 201);
}

json::object CalendlyApi::list_subscriptions(const Call& call) const {
    const auto organization =
        id_of("organizations", required_parameter(call, "organization"), "organization");
    const auto scope = required_parameter(call, "scope");
    if (organization != state_.organization()) throw permission_denied("You do not have permission");
    if (scope != "user" && !leads()) throw permission_denied("You do not have permission");
    const json::object nothing;
    Fields fields(nothing);
    check_scope(scope, call.query.contains("user"), call.query.contains("group"), fields);
    require_valid(fields);
    std::vector<std::string> ids;
    for (const auto& id : subscriptions_.ids()) {
        const auto& subscription = subscriptions_.get(id);
        if (subscription.scope != scope) continue;
        if (scope == "user" && subscription.user != last_segment(call.query.at("user"))) continue;
        if (scope == "group" && subscription.group != last_segment(call.query.at("group"))) continue;
        ids.push_back(id);
    }
    if (sort_direction(call, "created_at", 1) < 0) std::reverse(ids.begin(), ids.end());
    return page_of(call, ids, [this](const auto& id) { return to_json(state_, subscriptions_.get(id)); });
}

json::object CalendlyApi::sample_webhook(const Call& call) const {
    const auto event = required_parameter(call, "event");
    const auto scope = required_parameter(call, "scope");
    const auto organization = required_parameter(call, "organization");
    if (id_of("organizations", organization, "organization") != state_.organization())
        throw permission_denied("You do not have permission");
    if (scope == "user") state_.user(id_of("users", required_parameter(call, "user"), "user"));
    const auto occurrence = sample_occurrence(event, at_);
    if (!occurrence) throw invalid_argument({{"event", "has no sample"}});
    return envelope(*occurrence, state_.owner().id);
}

}  // namespace sandbox
