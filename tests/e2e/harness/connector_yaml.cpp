#include "e2e/harness/connector_yaml.hpp"

namespace harness {
namespace {

void append(std::string& yaml, const Sections& sections, const std::string& indent) {
    for (const auto& [name, text] : sections)
        if (!text.empty()) yaml += indent + name + ": " + text + "\n";
}

}  // namespace

Sections usual_connector() {
    return {
        {"access_token", "sandbox-token"},
        {"event_mapping",
         R"({discovery_call: {event_type_uri: "https://api.calendly.com/event_types/DISCOVERYCALL001", list_id: 10},)"
         R"( demo: {event_type_uri: "https://api.calendly.com/event_types/PRODUCTDEMO00002", list_id: 11}})"},
        {"field_mapping",
         "{email: email, name: FIRSTNAME,"
         " questions_and_answers: {company: COMPANY, role: JOB_TITLE, phone: SMS},"
         " event_type_name: CALENDLY_EVENT_TYPE, scheduled_at: MEETING_DATE, status: BOOKING_STATUS}"},
        {"cancellation", "{list_id: 20, leave_lists: true}"},
        {"no_show", "{list_id: 21}"}};
}

std::string agent_yaml(const std::map<std::string, Sections>& connectors, const Sections& common) {
    std::string yaml = "connectors:\n";
    for (const auto& [name, sections] : connectors) {
        yaml += "  " + name + ":\n";
        append(yaml, sections, "    ");
    }
    append(yaml, common, "");
    return yaml;
}

}  // namespace harness
