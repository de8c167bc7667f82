// The parts of a connector's configuration about Calendly's side: the account, our subscription, what is
// looked up afterwards.
#pragma once

#include "config/configuration.hpp"
#include "config/section.hpp"

namespace config {

// access_token or oauth. All throw Error.
void read_account(const Section& connector, Connector& to);
Webhook read_webhook(const Section& section);
Reconcile read_reconcile(const Section& section);

}  // namespace config
