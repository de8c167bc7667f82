#include "sandbox/world.hpp"

#include "sandbox/ids.hpp"

namespace sandbox {
namespace {

Attribute text_attribute(std::string name) {
    Attribute attribute;
    attribute.name = std::move(name);
    return attribute;
}

void furnish(BrevoState& brevo, bool bare) {
    for (const auto* name : {"FIRSTNAME", "LASTNAME", "SMS"}) brevo.attributes().add(text_attribute(name));
    if (bare) return;
    for (const auto* name : {"COMPANY", "JOB_TITLE", "CALENDLY_EVENT_TYPE", "MEETING_DATE", "BOOKING_STATUS"})
        brevo.attributes().add(text_attribute(name));
    brevo.add_list(10, "Discovery calls");
    brevo.add_list(11, "Demos");
    brevo.add_list(20, "Re-engagement");
    brevo.add_list(21, "No-shows");
}

Subscription first_subscription(const CalendlyState& calendly, const WorldOptions& options) {
    Subscription subscription;
    subscription.id = new_id();
    subscription.callback_url = options.webhook_url;
    subscription.events = webhook_events();
    subscription.scope = "organization";
    subscription.creator = calendly.owner().id;
    if (!options.signing_key.empty()) subscription.signing_key = options.signing_key;
    subscription.created_at = subscription.updated_at = now();
    return subscription;
}

}  // namespace

World::World(asio::any_io_executor executor, const WorldOptions& options)
    : faults(std::make_shared<Faults>()),
      journal(std::make_shared<Journal>(executor, options.journal_capacity)),
      subscriptions(std::make_shared<Subscriptions>()),
      deliveries(std::make_shared<Deliveries>(executor, options.deliveries, subscriptions, faults, journal)),
      calendly(now()),
      calendly_api(calendly, *subscriptions, options.calendly_token, options.calendly_rate,
                   [this](const Occurrence& occurrence) { deliveries->publish(occurrence); }),
      brevo_api(brevo, options.brevo_key, options.brevo_rate) {
    furnish(brevo, options.bare_brevo);
    subscriptions->limit(options.most_subscriptions);
    if (!options.webhook_url.empty()) subscriptions->add(first_subscription(calendly, options));
}

}  // namespace sandbox
