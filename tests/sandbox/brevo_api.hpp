// Brevo's REST API over its state: authentication, rate limits, strict reading of bodies, routes.
// https://developers.brevo.com/reference
#pragma once

#include "sandbox/brevo_state.hpp"
#include "sandbox/rate_limit.hpp"
#include "sandbox/router.hpp"

namespace sandbox {

class BrevoApi {
public:
    // `rate` holds for /contacts and for /events separately; every other call has 100 an hour. 0: no limits
    // at all.
    BrevoApi(BrevoState& state, std::string api_key, Rate rate);

    Answer handle(Call call, Instant at);

private:
    void add_contact_routes();
    void add_attribute_routes();
    void add_list_routes();
    void add_other_routes();

    Answer route(Call& call);
    RateLimit& limit_of(const Call& call);
    const Contact& contact_of(const Call& call) const;
    Answer create_contact(const Call& call);
    Answer update_contact(const Call& call);
    Answer create_list(const Call& call);
    Answer list_lists(const Call& call) const;
    json::object list_details(std::int64_t id) const;
    Answer change_list(const Call& call, bool add);

    BrevoState& state_;
    std::string api_key_;
    RateLimit contacts_limit_;
    RateLimit events_limit_;
    RateLimit other_limit_;
    Router router_;
    Instant at_{};  // when the call being handled came
};

}  // namespace sandbox
