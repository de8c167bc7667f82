// Calendly's REST API over its state: authentication, rate limit, routes.
// https://developer.calendly.com/api-docs
#pragma once

#include <functional>

#include "sandbox/booking_rules.hpp"
#include "sandbox/calendly_oauth.hpp"
#include "sandbox/calendly_payload.hpp"
#include "sandbox/rate_limit.hpp"
#include "sandbox/router.hpp"

namespace sandbox {

class CalendlyApi {
public:
    using Publish = std::function<void(const Occurrence&)>;

    // `publish` is told what subscribers should hear of. The state and the subscriptions must outlive the
    // API.
    CalendlyApi(CalendlyState& state, Subscriptions& subscriptions, std::string token, Rate rate,
                Publish publish);

    Answer handle(Call call, Instant at);

    Tokens& tokens() { return tokens_; }
    BookingRules& booking_rules() { return booking_rules_; }
    OAuthServer& oauth() { return oauth_; }
    // From now on it is so much later for what expires.
    void move_clock(std::chrono::seconds ahead) { ahead_ += ahead; }

private:
    void add_reading_routes();
    void add_booking_routes();
    void add_webhook_routes();

    // Adds a route for whom one of `scopes` is granted; "": for everybody with a token.
    void on(std::string method, std::string_view pattern, std::vector<std::string> scopes,
            Router::Handler handler);
    Answer route(Call& call);
    const User& me() const { return state_.user(access_->user); }
    bool leads() const { return me().role != "user"; }  // an owner or an admin of the organization
    void require_one_of(const std::vector<std::string>& scopes) const;
    std::optional<std::string> requested_owner(const Call& call) const;
    json::object list_memberships(const Call& call) const;
    json::object list_event_types(const Call& call) const;
    json::object list_scheduled_events(const Call& call) const;
    json::object list_invitees(const Call& call) const;
    json::object list_available_times(const Call& call) const;
    json::object list_busy_times(const Call& call) const;
    json::object list_subscriptions(const Call& call) const;
    json::object sample_webhook(const Call& call) const;

    Answer cancel_event(const Call& call);
    Answer create_invitee(const Call& call);
    Answer create_no_show(const Call& call);
    Answer delete_no_show(const Call& call);
    Answer create_scheduling_link(const Call& call);
    Answer create_subscription(const Call& call);

    CalendlyState& state_;
    Subscriptions& subscriptions_;
    Tokens tokens_;
    OAuthServer oauth_;
    BookingRules booking_rules_;
    RateLimit rate_limit_;
    Publish publish_;
    Router router_;
    Instant at_{};                    // when the call being handled came
    const Access* access_ = nullptr;  // whose call it is
    std::chrono::seconds ahead_{0};
};

// {"resource": ...}
Answer resource(json::object object, unsigned status = 200);

// The id in a URI of this kind; an error of the field for any other text.
std::string id_of(std::string_view kind, const std::string& uri, std::string_view parameter);

// The required parameter of a query. Throws invalid_argument.
std::string required_parameter(const Call& call, const std::string& name);

// A parameter of a query that is an instant, nothing when absent. Throws invalid_argument.
std::optional<Instant> instant_parameter(const Call& call, const std::string& name);

}  // namespace sandbox
