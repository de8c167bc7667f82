// Everything behind the listeners: both accounts, their APIs, the deliveries between them.
#pragma once

#include "sandbox/brevo_api.hpp"
#include "sandbox/calendly_api.hpp"
#include "sandbox/deliveries.hpp"

namespace sandbox {

struct WorldOptions {
    std::string calendly_token = "sandbox-token";  // the only accepted credentials
    std::string brevo_key = "sandbox-key";
    Rate calendly_rate{500, std::chrono::minutes(1)};
    Rate brevo_rate{10, std::chrono::seconds(1)};
    bool bare_brevo = false;              // FIRSTNAME, LASTNAME and SMS, no lists: a new account
    std::string webhook_url;              // not empty: an organization subscription that exists at start
    std::string signing_key;              // of that subscription
    std::size_t most_subscriptions = 30;  // of the organization
    DeliverySettings deliveries;
    std::size_t journal_capacity = 200'000;
};

struct World {
    World(asio::any_io_executor executor, const WorldOptions& options);
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    std::shared_ptr<Faults> faults;
    std::shared_ptr<Journal> journal;
    std::shared_ptr<Subscriptions> subscriptions;
    std::shared_ptr<Deliveries> deliveries;
    CalendlyState calendly;
    BrevoState brevo;
    CalendlyApi calendly_api;
    BrevoApi brevo_api;
};

}  // namespace sandbox
