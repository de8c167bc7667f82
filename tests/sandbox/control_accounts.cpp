// The control API's calls about Calendly's accounts: tokens, apps, roles, what people consent to, the clock.
#include "sandbox/control_api.hpp"
#include "sandbox/ids.hpp"
#include "sandbox/refusal.hpp"

namespace sandbox {
namespace {

// "owner", "colleague", or an id or a URI.
std::string user_named(const CalendlyState& state, const std::string& name) {
    if (name == "owner") return state.owner().id;
    if (name == "colleague") return state.users().at(1).id;
    return state.user(last_segment(name)).id;
}

Scopes scopes_named(Fields& fields, std::string_view name, const Scopes& otherwise) {
    const auto names = fields.texts(name);
    if (!names) return otherwise;
    for (const auto& scope : *names)
        if (!all_scopes().contains(scope)) fields.fail(name, "has an unknown " + scope);
    return {names->begin(), names->end()};
}

}  // namespace

void ControlApi::add_account_routes() {
    router_.add("POST", "/calendly/tokens", [this](const Call& call) { return add_token(call); });
    router_.add("DELETE", "/calendly/tokens/{token}", [this](const Call& call) {
        if (!world_->calendly_api.tokens().revoke(call.captured.at("token"))) throw not_found();
        return shown({});
    });
    router_.add("POST", "/calendly/clients", [this](const Call& call) { return add_client(call); });
    router_.add("POST", "/calendly/roles", [this](const Call& call) { return set_role(call); });
    router_.add("POST", "/calendly/consent", [this](const Call& call) { return set_consent(call); });
    router_.add("POST", "/calendly/clock", [this](const Call& call) { return move_clock(call); });
    router_.add("POST", "/calendly/booking_rules",
                [this](const Call& call) { return set_booking_rules(call); });
    router_.add("POST", "/calendly/erase", [this](const Call& call) { return erase_event(call); });
}

// A personal token: {user?, scopes?} -> {token}.
Answer ControlApi::add_token(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"user", "scopes"});
    const auto user = fields.text("user").value_or("owner");
    Access access{"", scopes_named(fields, "scopes", all_scopes()), std::nullopt, std::nullopt};
    require_valid(fields);
    access.user = user_named(world_->calendly, user);
    const auto token = personal_token(access, now());
    world_->calendly_api.tokens().add(token, access);
    return created({{"token", token}});
}

// An app: {client_id, client_secret?, redirect_uri, signing_key?}; without a secret it is a native one.
Answer ControlApi::add_client(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"client_id", "client_secret", "redirect_uri", "signing_key", "access_token_life_s"});
    OAuthClient client;
    client.id = fields.required_text("client_id");
    client.secret = fields.text("client_secret");
    client.redirect_uri = fields.required_text("redirect_uri");
    client.signing_key = fields.text("signing_key").value_or("");
    const auto life = fields.integer("access_token_life_s").value_or(7200);
    if (life < 1) fields.fail("access_token_life_s", "must be 1 or more");
    require_valid(fields);
    auto& oauth = world_->calendly_api.oauth();
    oauth.set_life(std::chrono::seconds(life));
    oauth.add(client);
    return created({{"client_id", client.id}, {"redirect_uri", client.redirect_uri}});
}

Answer ControlApi::set_role(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"user", "role"});
    const auto user = fields.required_text("user");
    const auto role = fields.required_text("role");
    if (role != "owner" && role != "admin" && role != "user")
        fields.fail("role", "must be owner, admin or user");
    require_valid(fields);
    const auto id = user_named(world_->calendly, user);
    world_->calendly.set_role(id, role);
    return created({{"user", calendly_uri("users", id)}, {"role", role}});
}

// What the next person says whom an app sends to Calendly: {user?, declined?, refuses?}.
Answer ControlApi::set_consent(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"user", "declined", "refuses"});
    const auto user = fields.text("user").value_or("owner");
    Consent consent{"", scopes_named(fields, "declined", {}), fields.boolean("refuses").value_or(false)};
    require_valid(fields);
    consent.user = user_named(world_->calendly, user);
    world_->calendly_api.oauth().next_consent(std::move(consent));
    return created({{"user", user}});
}

// Tokens and codes expire, and deliveries are given up, as if so much time had passed: {seconds}.
Answer ControlApi::move_clock(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"seconds"});
    const auto seconds = fields.integer("seconds");
    if (!seconds || *seconds < 0) fields.fail("seconds", "must be 0 or more");
    require_valid(fields);
    world_->calendly_api.move_clock(std::chrono::seconds(*seconds));
    world_->deliveries->move_clock(std::chrono::seconds(*seconds));
    return created({{"seconds", *seconds}});
}

// The event is found no more, as after a request to forget a person: {event}.
Answer ControlApi::erase_event(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"event"});
    const auto event = fields.required_text("event");
    require_valid(fields);
    world_->calendly.erase_event(last_segment(event));
    return created({{"event", event}});
}

// How POST /invitees says that a start is taken, and how many it allows: {taken?, per_minute?, per_hour?,
// per_day?}.
Answer ControlApi::set_booking_rules(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"taken", "per_minute", "per_hour", "per_day"});
    auto& rules = world_->calendly_api.booking_rules();
    const auto taken = fields.text("taken").value_or("start_time");
    if (taken != "start_time" && taken != "already_filled" && taken != "conflict")
        fields.fail("taken", "must be start_time, already_filled or conflict");
    require_valid(fields);
    rules.taken = taken == "conflict"         ? TakenForm::conflict
                  : taken == "already_filled" ? TakenForm::already_filled
                                              : TakenForm::start_time;
    rules.limits = {fields.integer("per_minute").value_or(0), fields.integer("per_hour").value_or(0),
                    fields.integer("per_day").value_or(0)};
    return created({{"taken", taken}});
}

}  // namespace sandbox
