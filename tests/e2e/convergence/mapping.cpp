#include "e2e/convergence/mapping.hpp"

#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

#include "e2e/convergence/model.hpp"

namespace convergence {
namespace {

struct EventType {
    std::string name, host;
    std::optional<std::int64_t> list;
};

const std::map<std::string, EventType> event_types = {
    {"DISCOVERYCALL001", {"Discovery Call", "Harriet Host", 10}},
    {"PRODUCTDEMO00002", {"Product Demo", "Colin Colleague", 11}},
    {"GROUPWORKSHOP003", {"Group Workshop", "Harriet Host", 11}},
    {"UNMAPPEDTALK0004", {"Talk", "Harriet Host", std::nullopt}}};

Moment offset_of(const std::string& zone) {
    static const std::map<std::string, Moment> offsets = {{"Asia/Tokyo", 9 * hour},
                                                          {"Asia/Kolkata", 5 * hour + 30 * minute},
                                                          {"America/Phoenix", -7 * hour},
                                                          {"Etc/UTC", 0},
                                                          {"", 0}};
    return offsets.at(zone);
}

}  // namespace

std::string type_name(const std::string& type) {
    return event_types.at(type).name;
}
std::string host_name(const std::string& type) {
    return event_types.at(type).host;
}
std::optional<std::int64_t> mapped_list(const std::string& type) {
    return event_types.at(type).list;
}

std::string local_text(Moment moment, const std::string& zone) {
    const auto offset = offset_of(zone);
    const auto minutes = std::abs(offset) / minute;
    return iso_text(moment + offset).substr(0, 19) +
           fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string local_day(Moment moment, const std::string& zone) {
    return iso_text(moment + offset_of(zone)).substr(0, 10);
}

const std::map<std::string, std::string>& mapped_attributes() {
    static const std::map<std::string, std::string> types = {{"MEETING_DATE", "text"},
                                                             {"MEETING_END", "date"},
                                                             {"CALENDLY_EVENT_TYPE", "text"},
                                                             {"LOCATION", "text"},
                                                             {"JOIN_URL", "text"},
                                                             {"HOST", "text"},
                                                             {"INVITEE_URI", "text"},
                                                             {"FULL_NAME", "text"},
                                                             {"FIRSTNAME", "text"},
                                                             {"LASTNAME", "text"},
                                                             {"TIMEZONE", "text"},
                                                             {"REMINDER", "text"},
                                                             {"SOURCE", "text"},
                                                             {"COMPANY", "text"},
                                                             {"JOB_TITLE", "text"},
                                                             {"SMS", "text"},
                                                             {"BUDGET", "float"},
                                                             {"NEWSLETTER", "boolean"},
                                                             {"REASON", "text"},
                                                             {"BOOKING_STATUS", "text"},
                                                             {"BOOKINGS", "float"},
                                                             {"CANCELLATIONS", "float"},
                                                             {"NO_SHOWS", "float"}};
    return types;
}

std::map<std::string, std::string> connector_sections(const ContactRules& rules) {
    std::string mapping;
    for (const auto& [type, what] : event_types)
        if (what.list)
            mapping += fmt::format(
                "{}m{}: {{event_type_uri: \"https://api.calendly.com/event_types/{}\", list_id: {}}}",
                mapping.empty() ? "" : ", ", type, type, *what.list);
    return {
        {"access_token", "sandbox-token"},
        {"event_mapping", "{" + mapping + "}"},
        {"field_mapping",
         "{scheduled_at: MEETING_DATE, end_time: MEETING_END, event_type_name: CALENDLY_EVENT_TYPE,"
         " location: LOCATION, join_url: JOIN_URL, host_name: HOST, invitee_uri: INVITEE_URI,"
         " name: FULL_NAME, first_name: FIRSTNAME, last_name: LASTNAME, timezone: TIMEZONE,"
         " text_reminder_number: REMINDER, utm_source: SOURCE, cancel_reason: REASON,"
         " status: BOOKING_STATUS, booking_count: BOOKINGS, cancellation_count: CANCELLATIONS,"
         " no_show_count: NO_SHOWS, questions_and_answers: {company: COMPANY, role: JOB_TITLE, phone: SMS,"
         " budget: BUDGET, newsletter: NEWSLETTER}}"},
        {"cancellation",
         fmt::format("{{list_id: {}, leave_lists: {}}}", cancellation_list, rules.leave_lists)},
        {"no_show", fmt::format("{{list_id: {}}}", no_show_list)}};
}

}  // namespace convergence
