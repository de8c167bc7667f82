#pragma once

#include <map>
#include <string>

namespace harness {

// Sections of a connector, each in YAML's flow style: "cancellation" -> "{list_id: 20}". An empty one is left
// out.
using Sections = std::map<std::string, std::string>;

// A connector that maps what the sandbox's Brevo has: DISCOVERYCALL001 to list 10, PRODUCTDEMO00002 to 11,
// cancellations to 20 (leaving the mapped lists), no-shows to 21; FIRSTNAME, COMPANY, JOB_TITLE, SMS,
// CALENDLY_EVENT_TYPE, MEETING_DATE, BOOKING_STATUS.
Sections usual_connector();

// The whole configuration. `common` stands beside `connectors`: redis, calendly, brevo, admin, ...
std::string agent_yaml(const std::map<std::string, Sections>& connectors, const Sections& common);

}  // namespace harness
