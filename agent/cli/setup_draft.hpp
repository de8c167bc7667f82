// A connector that is no file yet: what `setup` has been told so far, and what the two accounts say to it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "brevo/list_api.hpp"
#include "calendly/account_types.hpp"
#include "calendly/listing_types.hpp"
#include "cli/session.hpp"
#include "config/connector_file.hpp"
#include "rules/account_check.hpp"

namespace cli {

struct SetupDraft {
    config::ConnectorFile file;  // as it will be written
    std::string config_path;
    std::string access_token;  // the secrets themselves
    std::string api_key;

    // Throws config::Error.
    config::Configuration configuration() const;
};

// Each is looked at as soon as it is known. They throw CommandError, one sentence with what to do, and
// net::Interrupted.
struct SetupCalendly {
    calendly::User user;
    bool sees_organization = false;                // owner or admin
    std::vector<calendly::ListedEventType> types;  // that can be booked
};
SetupCalendly look_at_calendly(const SetupDraft& draft);

struct SetupBrevo {
    rules::AccountAttributes attributes;
    std::vector<brevo::List> lists;
};
SetupBrevo look_at_brevo(const SetupDraft& draft);

// Why nobody answers at the draft's public URL, one line; "" when somebody does, with whatever status: the
// location is not there yet.
std::string silence_at_public_url(const SetupDraft& draft);

// Why the draft's Redis cannot be used, one line; "" when it can.
std::string trouble_with_redis(const SetupDraft& draft);

// Changes of the Brevo account. Throw likewise; what was made before a failure stays, and is found by the
// next look.
brevo::ListId make_list(const SetupDraft& draft, const SetupBrevo& brevo, const std::string& name);
void make_attributes(const SetupDraft& draft, const std::vector<std::string>& names);

}  // namespace cli
